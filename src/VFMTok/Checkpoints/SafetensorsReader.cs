using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Checkpoints;

/// <summary>Reads tensors one by one from a safetensors file; only the header is held in memory.</summary>
public sealed class SafetensorsReader : ITensorFile, IDisposable
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly string _name;
    private readonly Dictionary<string, SafetensorsEntry> _entries;

    /// <summary>Opens a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidCheckpointException">It is no sound safetensors file.</exception>
    public SafetensorsReader(string path) : this(Open(path), Path.GetFileName(path)) { }

    /// <summary>Reads from the current position of a seekable stream to its end.</summary>
    /// <param name="stream">Seekable.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="leaveOpen">Whether <see cref="Dispose"/> leaves the stream open.</param>
    /// <exception cref="InvalidCheckpointException">It is no sound safetensors file.</exception>
    public SafetensorsReader(Stream stream, string name, bool leaveOpen = false)
    {
        (_stream, _name, _leaveOpen) = (stream, name, leaveOpen);
        try
        {
            (_entries, var metadata) = SafetensorsHeader.Read(stream, name);
            Metadata = metadata;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    string ITensorFile.FileName => _name;

    /// <summary>The texts under <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Names of the tensors, in the order of their bytes.</summary>
    public IEnumerable<string> Names => _entries.OrderBy(e => e.Value.Offset).Select(e => e.Key);

    /// <summary>Whether there is such a tensor.</summary>
    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>Shape of one tensor, C order.</summary>
    public IReadOnlyList<long> ShapeOf(string name) => Entry(name).Shape;

    /// <summary>Element type of one tensor.</summary>
    public ScalarType TypeOf(string name) => Entry(name).Type;

    /// <summary>Reads one tensor to the CPU, in its stored type and shape.</summary>
    /// <exception cref="InvalidCheckpointException">There is no such tensor, or it is larger than 2 GiB.</exception>
    public Tensor Read(string name)
    {
        NativeGuard();
        var entry = SmallEntry(name);
        var tensor = empty(entry.Shape, dtype: entry.Type);
        try
        {
            Fill(name, entry, tensor);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    bool ITensorFile.TryRead(string name, Tensor target)
    {
        var entry = SmallEntry(name);
        if (entry.Type != target.dtype || target.device.type != DeviceType.CPU || !target.is_contiguous() || !target.shape.SequenceEqual(entry.Shape)) return false;
        using var memory = target.detach();
        Fill(name, entry, memory);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_leaveOpen) _stream.Dispose();
    }

    private SafetensorsEntry SmallEntry(string name) => Entry(name) is { Length: <= int.MaxValue } entry ? entry
        : throw new InvalidCheckpointException($"'{name}' of '{_name}' has {Entry(name).Length} bytes; at most 2 GiB are supported: split the tensor.");

    private void Fill(string name, SafetensorsEntry entry, Tensor tensor)
    {
        if (entry.Length == 0) return;
        _stream.Position = entry.Offset;
        _stream.ReadExactly(tensor.bytes);
        if (entry.Type == ScalarType.Bool && tensor.bytes.ContainsAnyExceptInRange((byte)0, (byte)1))
            throw new InvalidCheckpointException($"'{name}' of '{_name}' holds a truth value that is neither 0 nor 1; download or export the file again.");
    }

    private SafetensorsEntry Entry(string name) => _entries.TryGetValue(name, out var entry) ? entry
        : throw new InvalidCheckpointException($"'{_name}' has no tensor '{name}'; it holds {_entries.Count} others, so it is another network's file.");

    private static void NativeGuard() => Runtime.NativeBackend.EnsureLoaded();

    private static FileStream Open(string path) => File.Exists(path)
        ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)
        : throw new FileNotFoundException($"There is no file '{path}'; check the path.", path);
}
