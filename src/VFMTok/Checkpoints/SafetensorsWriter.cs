using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Checkpoints;

/// <summary>Writes tensors as a safetensors file, which Python and every other reader of the format understand.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes to a stream, tensor by tensor: nothing but one tensor at a time is copied to the CPU.</summary>
    /// <param name="stream">Where to write; need not be seekable.</param>
    /// <param name="tensors">Name and tensor, any device; written in this order.</param>
    /// <param name="metadata">Texts for <c>__metadata__</c>.</param>
    public static void Write(Stream stream, IReadOnlyList<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        WriteHeader(stream, tensors, metadata);
        foreach (var (_, tensor) in tensors) WriteData(stream, tensor);
    }

    /// <summary>Writes what comes before the data. Its length depends on the lengths of the texts alone, so it can be written again once they are known.</summary>
    /// <param name="stream">Where to write.</param>
    /// <param name="tensors">Name and tensor; tensors without memory are good enough.</param>
    /// <param name="metadata">Texts.</param>
    internal static void WriteHeader(Stream stream, IReadOnlyList<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var header = Header(tensors, metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
    }

    /// <summary>Writes the data of one tensor; they follow the header in its order.</summary>
    internal static void WriteData(Stream stream, Tensor tensor)
    {
        if (tensor.numel() == 0) return;
        using var scope = NewDisposeScope();
        stream.Write(tensor.detach().cpu().contiguous().bytes);
    }

    private static byte[] Header(IReadOnlyList<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject(SafetensorsHeader.MetadataKey);
            foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal)) json.WriteString(key, value);
            json.WriteEndObject();
            long offset = 0;
            foreach (var (name, tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", SafetensorsHeader.NameOf(tensor.dtype));
                json.WriteStartArray("shape");
                foreach (var d in tensor.shape) json.WriteNumberValue(d);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.numel() * tensor.ElementSize);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        var padded = new byte[(buffer.WrittenCount + 7) / 8 * 8];
        padded.AsSpan().Fill((byte)' ');
        buffer.WrittenSpan.CopyTo(padded);
        return padded;
    }
}
