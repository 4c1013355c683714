using System.Text.Json;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>The checkpoints of one run: <c>tokenizer-000000500.safetensors</c> and so on, each written under a temporary name, flushed to disk and renamed, so that a reader never sees half of one.</summary>
/// <remarks>Every file holds all tensors of the run under readable names, and in its metadata the position, the run's identity and a hash over all of it.</remarks>
internal sealed class CheckpointFolder : IDisposable
{
    internal const string Format = "vfmtok-training-1";

    private readonly string _folder, _phase;
    private readonly int _keep;
    private readonly Action<string> _warn;
    private readonly Action<string, Action<Stream>> _write;
    private readonly FileStream _lock;

    /// <summary>Opens a folder, makes it if need be, and keeps other processes out of this phase of it.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="phase">First part of the file names.</param>
    /// <param name="keep">Checkpoints that are kept.</param>
    /// <param name="warn">Gets one sentence per damaged checkpoint and per failed save.</param>
    /// <param name="write">Default <see cref="AtomicFile.Write"/>.</param>
    /// <exception cref="IOException">The folder cannot be written, or another process trains there.</exception>
    public CheckpointFolder(string folder, string phase, int keep, Action<string> warn, Action<string, Action<Stream>>? write = null)
    {
        (_folder, _phase, _keep, _warn, _write) = (folder, phase, keep, warn, write ?? AtomicFile.Write);
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(Path.Combine(folder, $"{phase}.probe"), _ => { });
            File.Delete(Path.Combine(folder, $"{phase}.probe"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The training folder '{folder}' cannot be written ({e.Message.TrimEnd('.')}); choose a folder that you may write to.", e);
        }
        try
        {
            _lock = new FileStream(Path.Combine(folder, $"{phase}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"Another process trains the {phase} in '{folder}'; wait for it or choose another folder.", e);
        }
        foreach (var left in Directory.EnumerateFiles(folder, $"{phase}-*.tmp")) File.Delete(left); // of a process that was killed while it wrote
    }

    /// <summary>Step of the newest checkpoint; -1 if there is none.</summary>
    public int NewestStep => Files(_folder, _phase).Select(f => f.Step).FirstOrDefault(-1);

    /// <summary>Fills the run's tensors from the newest sound checkpoint.</summary>
    /// <param name="identity">Identity of this run.</param>
    /// <param name="state">The run's live tensors; untouched if there is no checkpoint.</param>
    /// <returns>The position, or null if there is no checkpoint.</returns>
    /// <exception cref="ArgumentException">The checkpoint belongs to another run; the message names the first difference.</exception>
    /// <exception cref="InvalidCheckpointException">There are checkpoints and none of them is sound.</exception>
    public TrainingPosition? Restore(string identity, IReadOnlyList<(string Name, Tensor Tensor)> state)
    {
        string? fault = null;
        var files = Files(_folder, _phase);
        foreach (var (path, _) in files)
        {
            try
            {
                using var file = new SafetensorsReader(path);
                var position = Check(file, path, identity, state);
                using var noGradient = no_grad();
                foreach (var (name, tensor) in state)
                {
                    using var value = file.Read(name);
                    tensor.copy_(value);
                }
                if (fault is not null) _warn($"The run goes on from step {position.Step}, the newest checkpoint that is sound.");
                return position;
            }
            catch (Exception e) when (e is InvalidCheckpointException or IOException or UnauthorizedAccessException)
            {
                fault ??= e.Message;
                _warn(e.Message);
            }
        }
        if (fault is null) return null;
        throw new InvalidCheckpointException($"None of the {files.Count} checkpoints in '{_folder}' can be read, the newest because: {fault.TrimEnd('.')}. Delete them to start again.");
    }

    /// <summary>Writes a checkpoint and then deletes those that are too old. A failure is a warning and costs no older checkpoint.</summary>
    /// <returns>Whether it was written.</returns>
    public bool Save(TrainingPosition position, string identity, IReadOnlyList<(string Name, Tensor Tensor)> state)
    {
        var path = Path.Combine(_folder, $"{_phase}-{position.Step:d9}.safetensors");
        try
        {
            var metadata = new Dictionary<string, string> { ["format"] = Format, ["kind"] = _phase, ["position"] = JsonSerializer.Serialize(position), ["identity"] = identity };
            metadata["hash"] = Hash(metadata, state);
            _write(path, stream => SafetensorsWriter.Write(stream, state, metadata));
        }
        catch (IOException e)
        {
            _warn($"The checkpoint of step {position.Step} was not saved: {e.Message.TrimEnd('.')}; {(NewestStep >= 0 ? $"the one of step {NewestStep} is still there" : "there is none yet")}.");
            return false;
        }
        foreach (var (old, _) in Files(_folder, _phase).Skip(_keep)) TryDelete(old);
        return true;
    }

    /// <summary>Checkpoints of a folder, the newest first.</summary>
    internal static IReadOnlyList<(string Path, int Step)> Files(string folder, string phase) =>
        [.. Directory.EnumerateFiles(folder, $"{phase}-*.safetensors")
            .Select(f => (Path: f, Known: int.TryParse(Path.GetFileNameWithoutExtension(f)[(phase.Length + 1)..], out var step), Step: step))
            .Where(f => f.Known).OrderByDescending(f => f.Step).Select(f => (f.Path, f.Step))];

    /// <summary>Deletes the checkpoints of a phase, once what they lead to is safe elsewhere. Metrics, pictures and reports stay.</summary>
    public static void Clear(string folder, string phase)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var (path, _) in Files(folder, phase)) TryDelete(path);
        TryDelete(Path.Combine(folder, $"{phase}.lock"));
    }

    public void Dispose() => _lock.Dispose();

    // Everything is read once before the run's tensors are touched: a damaged file must not leave half of itself in them.
    private TrainingPosition Check(SafetensorsReader file, string path, string identity, IReadOnlyList<(string Name, Tensor Tensor)> state)
    {
        var name = Path.GetFileName(path);
        string Text(string key) => file.Metadata.TryGetValue(key, out var value) ? value : throw new InvalidCheckpointException($"'{name}' is no checkpoint of a training: its metadata lacks '{key}'; remove it.");
        if (Text("format") != Format) throw new InvalidCheckpointException($"'{name}' has the format '{Text("format")}'; this version reads '{Format}': use the version that wrote it.");
        try
        {
            if (RunIdentity.Difference(Text("identity"), identity) is { } difference)
                throw new ArgumentException($"The checkpoints in '{_folder}' belong to another run: {difference}; use the same options or another folder.");
            var position = JsonSerializer.Deserialize<TrainingPosition>(Text("position")) ?? throw new JsonException("null");
            foreach (var (tensor, live) in state)
                if (!file.Contains(tensor) || !file.ShapeOf(tensor).SequenceEqual(live.shape) || file.TypeOf(tensor) != live.dtype)
                    throw new InvalidCheckpointException($"'{name}' lacks the tensor '{tensor}' of this run, or has it in another shape; it was written by another version.");
            var stated = file.Metadata.Where(m => m.Key != "hash").ToDictionary(m => m.Key, m => m.Value);
            if (Hash(stated, Stored(file, state)) != Text("hash"))
                throw new InvalidCheckpointException($"'{name}' is damaged: its content does not have the hash that it states.");
            return position;
        }
        catch (JsonException e)
        {
            throw new InvalidCheckpointException($"'{name}' is damaged: its metadata is no valid JSON.", e);
        }
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Stored(SafetensorsReader file, IReadOnlyList<(string Name, Tensor Tensor)> state)
    {
        foreach (var (name, _) in state)
        {
            using var value = file.Read(name);
            yield return (name, value);
        }
    }

    private static string Hash(IReadOnlyDictionary<string, string> metadata, IEnumerable<(string Name, Tensor Tensor)> tensors) =>
        StateDict.Hash(string.Join('\n', metadata.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => m.Key + "=" + m.Value)), tensors);

    private static void TryDelete(string path)
    {
        try { File.Delete(path); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { /* the next save tries again */ }
    }
}
