using System.Buffers.Binary;
using System.Text;
using VFMTok.Checkpoints.PyTorch;
using static TorchSharp.torch;

namespace VFMTok.Checkpoints;

/// <summary>A tensor that a file lists.</summary>
/// <param name="Path">Its name, with the keys that lead to it.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions.</param>
internal sealed record CheckpointTensor(string Path, ScalarType Type, IReadOnlyList<long> Shape);

/// <summary>A file of weights in any of the known formats, recognised by its first bytes and not by its name.</summary>
internal sealed class CheckpointFile : IDisposable
{
    private const int HeadLength = 64;

    private readonly IDisposable _file;

    private CheckpointFile(IDisposable file, string format, IReadOnlyList<CheckpointTensor> tensors) => (_file, Format, Tensors) = (file, format, tensors);

    /// <summary>Name of the format.</summary>
    public string Format { get; }

    /// <summary>All tensors, in the order of the file.</summary>
    public IReadOnlyList<CheckpointTensor> Tensors { get; }

    /// <summary>The weights; of a checkpoint with several sets, the best one.</summary>
    /// <exception cref="InvalidCheckpointException">There are none.</exception>
    public ITensorFile Weights => _file as SafetensorsReader ?? (ITensorFile)TorchStateDict.Choose(Torch!);

    /// <summary>The key under which the weights lie; empty for the file itself.</summary>
    public string PlaceOfWeights => (Weights as TorchStateDict)?.Place ?? "";

    /// <summary>The metadata of a safetensors file, else empty.</summary>
    public IReadOnlyDictionary<string, string> Metadata => (_file as SafetensorsReader)?.Metadata ?? new Dictionary<string, string>();

    /// <summary>The file as PyTorch's, if it is one.</summary>
    public TorchFile? Torch => _file as TorchFile;

    /// <summary>Functions and classes that a pickle names, else none.</summary>
    public IReadOnlyCollection<string> Globals => Torch?.Globals ?? [];

    /// <summary>Opens a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidCheckpointException">It is none of the formats, or damaged, or hostile.</exception>
    public static CheckpointFile Open(string path)
    {
        if (Directory.Exists(path)) throw new InvalidCheckpointException($"'{path}' is a folder; give a file of weights.");
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no file '{path}'; check the path.", path);
        return Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read), Path.GetFileName(path));
    }

    /// <summary>Opens a stream and takes it over.</summary>
    /// <param name="stream">Seekable, at its start.</param>
    /// <param name="name">What errors call it.</param>
    public static CheckpointFile Open(Stream stream, string name)
    {
        try
        {
            Span<byte> buffer = stackalloc byte[HeadLength];
            var head = Head(stream, buffer);
            if (IsTorchZip(head)) return Of(TorchFile.Open(stream, name, isZip: true), "PyTorch zip");
            if (IsTorchLegacy(head)) return Of(TorchFile.Open(stream, name, isZip: false), "PyTorch legacy");
            if (Foreign(head) is { } what) throw new InvalidCheckpointException($"'{name}' is no file of weights but {what}; download it again. PyTorch's .pt and .pth and safetensors are read.");
            var file = new SafetensorsReader(stream, name);
            return new CheckpointFile(file, "safetensors", [.. file.Names.Select(n => new CheckpointTensor(n, file.TypeOf(n), file.ShapeOf(n)))]);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether a stream holds a PyTorch checkpoint, as far as its first bytes tell; its position stays.</summary>
    public static bool IsPyTorch(Stream stream)
    {
        Span<byte> buffer = stackalloc byte[HeadLength];
        var head = Head(stream, buffer);
        return IsTorchZip(head) || IsTorchLegacy(head);
    }

    public void Dispose() => _file.Dispose();

    private static CheckpointFile Of(TorchFile file, string format)
    {
        try
        {
            return new CheckpointFile(file, format, [.. file.Tensors().Select(t => new CheckpointTensor(t.Path, t.Tensor.Storage.Type, t.Tensor.Shape))]);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static Span<byte> Head(Stream stream, Span<byte> buffer)
    {
        var start = stream.Position;
        var head = buffer[..stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        stream.Position = start;
        return head;
    }

    private static bool IsTorchZip(ReadOnlySpan<byte> head) => head is [(byte)'P', (byte)'K', 3, 4, ..];

    private static bool IsTorchLegacy(ReadOnlySpan<byte> head) => head is [0x80, >= 2 and <= 5, ..] && !IsSafetensors(head);

    // A header of 640 bytes starts with 0x80 and 2, as a pickle does.
    private static bool IsSafetensors(ReadOnlySpan<byte> head) =>
        head.Length > 8 && head[8] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(head) <= SafetensorsHeader.MaximumLength;

    // What people save instead of a file of weights.
    private static string? Foreign(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty) return "empty";
        var text = Encoding.Latin1.GetString(head).TrimStart();
        if (text.StartsWith("version https://git-lfs", StringComparison.Ordinal)) return "a Git LFS pointer, which stands for the file";
        if (text.StartsWith("<!", StringComparison.Ordinal) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase)) return "a web page";
        return head.Length > 8 && head[8] != '{' ? "of a format that is not known" : null;
    }
}
