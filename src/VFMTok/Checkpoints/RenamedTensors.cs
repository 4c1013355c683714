using static TorchSharp.torch;

namespace VFMTok.Checkpoints;

/// <summary>A file under other names.</summary>
internal sealed class RenamedTensors : ITensorFile
{
    private readonly ITensorFile _file;
    private readonly OrderedDictionary<string, string> _originals = [];

    /// <param name="file">The file.</param>
    /// <param name="rename">New name of a tensor; null leaves it out.</param>
    /// <exception cref="InvalidCheckpointException">Two tensors would get one name.</exception>
    public RenamedTensors(ITensorFile file, Func<string, string?> rename)
    {
        _file = file;
        foreach (var name in file.Names)
            if (rename(name) is { } renamed && !_originals.TryAdd(renamed, name)) throw new InvalidCheckpointException($"'{file.FileName}' holds '{renamed}' under two names; use the original file.");
    }

    public string FileName => _file.FileName;
    public IEnumerable<string> Names => _originals.Keys;
    public bool Contains(string name) => _originals.ContainsKey(name);
    public IReadOnlyList<long> ShapeOf(string name) => _file.ShapeOf(_originals[name]);
    public ScalarType TypeOf(string name) => _file.TypeOf(_originals[name]);
    public Tensor Read(string name) => _file.Read(_originals[name]);
    public bool TryRead(string name, Tensor target) => _file.TryRead(_originals[name], target);
}

/// <summary>Several files as one.</summary>
/// <param name="files">Of tensors that all other files lack.</param>
internal sealed class JoinedTensors(params ITensorFile[] files) : ITensorFile
{
    public string FileName => string.Join("' with '", files.Select(f => f.FileName));
    public IEnumerable<string> Names => files.SelectMany(f => f.Names);
    public bool Contains(string name) => files.Any(f => f.Contains(name));
    public IReadOnlyList<long> ShapeOf(string name) => Of(name).ShapeOf(name);
    public ScalarType TypeOf(string name) => Of(name).TypeOf(name);
    public Tensor Read(string name) => Of(name).Read(name);
    public bool TryRead(string name, Tensor target) => Of(name).TryRead(name, target);

    private ITensorFile Of(string name) => files.First(f => f.Contains(name));
}
