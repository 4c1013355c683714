using System.Buffers.Binary;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Checkpoints;

/// <summary>One tensor of a safetensors file: where its bytes lie.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions, C order; empty for a scalar.</param>
/// <param name="Offset">First byte, counted from the start of the file.</param>
/// <param name="Length">Bytes.</param>
internal sealed record SafetensorsEntry(ScalarType Type, long[] Shape, long Offset, long Length);

/// <summary>Reads and checks the header of a safetensors file; every field is suspected.</summary>
/// <remarks>Format: 8-byte little-endian header length, JSON header, data. Offsets must cover the data exactly: no holes, no overlaps. See <see cref="SafetensorsJson"/> for the JSON.</remarks>
internal static class SafetensorsHeader
{
    internal const int MaximumLength = 100_000_000; // the limit of the reference implementation
    internal const string MetadataKey = "__metadata__";

    private static readonly Dictionary<string, (ScalarType Type, int Size)> Types = new()
    {
        ["F64"] = (ScalarType.Float64, 8), ["F32"] = (ScalarType.Float32, 4), ["F16"] = (ScalarType.Float16, 2), ["BF16"] = (ScalarType.BFloat16, 2),
        ["I64"] = (ScalarType.Int64, 8), ["I32"] = (ScalarType.Int32, 4), ["I16"] = (ScalarType.Int16, 2), ["I8"] = (ScalarType.Int8, 1), ["U8"] = (ScalarType.Byte, 1), ["BOOL"] = (ScalarType.Bool, 1),
    };

    // Types of the format that have no counterpart among the networks' numbers.
    private static readonly string[] OtherTypes = ["U16", "U32", "U64", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E5M2FNUZ", "F8_E4M3FNUZ", "F6_E2M3", "F6_E3M2", "F4", "C64"];

    internal static string NameOf(ScalarType type) => Types.FirstOrDefault(t => t.Value.Type == type).Key
        ?? throw new ArgumentException($"Tensors of type {type} cannot be written; allowed are {string.Join(", ", Types.Keys)}.", nameof(type));

    /// <summary>Reads the header from a seekable stream that starts at the current position.</summary>
    /// <exception cref="InvalidCheckpointException">The header is not a valid one.</exception>
    public static (Dictionary<string, SafetensorsEntry> Tensors, Dictionary<string, string> Metadata) Read(Stream stream, string name)
    {
        var start = stream.Position;
        var available = stream.Length - start;
        Span<byte> prefix = stackalloc byte[8];
        if (available < 8) throw Bad(name, $"it has {available} bytes and a header needs at least 8");
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaximumLength || (long)length > available - 8)
            throw Bad(name, $"its header claims {length} bytes where at most {Math.Min(MaximumLength, available - 8)} can be");
        var json = new byte[length];
        stream.ReadExactly(json);
        if (json is not [(byte)'{', ..]) throw Bad(name, "its header does not begin with an opening brace");
        try
        {
            var (statements, metadata) = new SafetensorsJson(json, fault => Bad(name, fault)).Read();
            return (Entries(statements, start + 8 + (long)length, available - 8 - (long)length, name), metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidCheckpointException($"'{name}' is no safetensors file: its header is not valid JSON of that format; download or export the file again.", e);
        }
    }

    private static Dictionary<string, SafetensorsEntry> Entries(Dictionary<string, SafetensorsStatement> statements, long dataStart, long dataLength, string name)
    {
        var tensors = new Dictionary<string, SafetensorsEntry>(statements.Count);
        long covered = 0;
        foreach (var (tensor, statement) in statements.OrderBy(t => t.Value.Start).ThenBy(t => t.Value.End))
        {
            var entry = Entry(tensor, statement, dataStart, dataLength, name);
            if (statement.Start != covered) throw Bad(name, $"the data of '{Short(tensor)}' overlaps another tensor or leaves a hole before it");
            covered += entry.Length;
            tensors.Add(tensor, entry);
        }
        return covered == dataLength ? tensors : throw Bad(name, $"its tensors cover {covered} of {dataLength} data bytes");
    }

    private static SafetensorsEntry Entry(string tensor, SafetensorsStatement statement, long dataStart, long dataLength, string name)
    {
        if (!Types.TryGetValue(statement.Type, out var type))
            throw Bad(name, $"'{Short(tensor)}' has the {(OtherTypes.Contains(statement.Type) ? "type" : "unknown type")} '{Short(statement.Type)}', and only {string.Join(", ", Types.Keys)} are read");
        if (statement.Start < 0 || statement.End < statement.Start || statement.End > dataLength) throw Bad(name, $"the data of '{Short(tensor)}' lies outside of the file");
        var bytes = Length(statement.Shape, type.Size) ?? throw Bad(name, $"'{Short(tensor)}' has an impossible shape");
        if (bytes != statement.End - statement.Start) throw Bad(name, $"'{Short(tensor)}' has {statement.End - statement.Start} bytes where its shape needs {bytes}");
        return new SafetensorsEntry(type.Type, statement.Shape, dataStart + statement.Start, bytes);
    }

    // Null if it is no shape. libtorch multiplies the other dimensions of an empty tensor too, so they must fit as well.
    private static long? Length(long[] shape, long size)
    {
        var (bytes, extent) = (size, (Int128)size);
        foreach (var d in shape)
        {
            if (d < 0 || (extent *= Math.Max(1, d)) > long.MaxValue) return null;
            bytes *= d;
        }
        return bytes;
    }

    private static string Short(string text) => Pickle.PickleRules.Short(text);

    private static InvalidCheckpointException Bad(string name, string fault) =>
        new($"'{name}' is no sound safetensors file: {fault}; download or export the file again.");
}
