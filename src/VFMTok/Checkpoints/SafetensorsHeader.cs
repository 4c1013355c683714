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
/// <remarks>Format: 8-byte little-endian header length, JSON header, data. Offsets must cover the data exactly: no holes, no overlaps, no repeated names.</remarks>
internal static class SafetensorsHeader
{
    internal const int MaximumLength = 100_000_000; // the limit of the reference implementation
    internal const string MetadataKey = "__metadata__";

    private static readonly Dictionary<string, (ScalarType Type, int Size)> Types = new()
    {
        ["F64"] = (ScalarType.Float64, 8), ["F32"] = (ScalarType.Float32, 4), ["F16"] = (ScalarType.Float16, 2), ["BF16"] = (ScalarType.BFloat16, 2),
        ["I64"] = (ScalarType.Int64, 8), ["I32"] = (ScalarType.Int32, 4), ["I16"] = (ScalarType.Int16, 2), ["I8"] = (ScalarType.Int8, 1), ["U8"] = (ScalarType.Byte, 1), ["BOOL"] = (ScalarType.Bool, 1),
    };

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
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            return Parse(document.RootElement, start + 8 + (long)length, available - 8 - (long)length, name);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException or KeyNotFoundException)
        {
            throw new InvalidCheckpointException($"'{name}' is no safetensors file: its header is not valid JSON of that format; download or export the file again.", e);
        }
    }

    private static (Dictionary<string, SafetensorsEntry>, Dictionary<string, string>) Parse(JsonElement root, long dataStart, long dataLength, string name)
    {
        var tensors = new Dictionary<string, SafetensorsEntry>();
        var metadata = new Dictionary<string, string>();
        var seen = new HashSet<string>();
        foreach (var property in root.EnumerateObject())
        {
            if (!seen.Add(property.Name)) throw Bad(name, $"it lists '{property.Name}' twice");
            if (property.Name == MetadataKey)
                foreach (var item in property.Value.EnumerateObject()) metadata[item.Name] = item.Value.GetString() ?? "";
            else
                tensors.Add(property.Name, ParseEntry(property, dataStart, dataLength, name));
        }
        long covered = dataStart;
        foreach (var (tensor, entry) in tensors.OrderBy(t => t.Value.Offset).ThenBy(t => t.Value.Length))
        {
            if (entry.Offset != covered) throw Bad(name, $"the data of '{tensor}' overlaps another tensor or leaves a hole before it");
            covered += entry.Length;
        }
        if (covered != dataStart + dataLength) throw Bad(name, $"its tensors cover {covered - dataStart} of {dataLength} data bytes");
        return (tensors, metadata);
    }

    private static SafetensorsEntry ParseEntry(JsonProperty property, long dataStart, long dataLength, string name)
    {
        var typeName = property.Value.GetProperty("dtype").GetString() ?? "";
        if (!Types.TryGetValue(typeName, out var type)) throw Bad(name, $"'{property.Name}' has the unknown type '{typeName}'");
        var shape = property.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()).ToArray();
        var offsets = property.Value.GetProperty("data_offsets").EnumerateArray().Select(d => d.GetInt64()).ToArray();
        if (shape.Length > 16 || shape.Any(d => d < 0)) throw Bad(name, $"'{property.Name}' has an impossible shape");
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > dataLength) throw Bad(name, $"the data of '{property.Name}' lies outside of the file");
        long bytes = type.Size;
        foreach (var d in shape) bytes = checked(bytes * d);
        if (bytes != offsets[1] - offsets[0]) throw Bad(name, $"'{property.Name}' has {offsets[1] - offsets[0]} bytes where its shape needs {bytes}");
        return new SafetensorsEntry(type.Type, shape, dataStart + offsets[0], bytes);
    }

    private static InvalidCheckpointException Bad(string name, string fault) =>
        new($"'{name}' is no sound safetensors file: {fault}; download or export the file again.");
}
