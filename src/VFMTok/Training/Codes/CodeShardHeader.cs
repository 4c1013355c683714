using System.Text;
using System.Text.Json;

namespace VFMTok.Training;

/// <summary>Header of a shard.</summary>
/// <param name="Key">What all shards of a cache share.</param>
/// <param name="Shard">Number of the shard.</param>
/// <param name="First">Number of its first image in the set.</param>
/// <param name="Count">Images that are here.</param>
/// <param name="Broken">Numbers in the set of those that cannot be decoded and are left out, rising.</param>
internal sealed record CodeShardHeader(CodeKey Key, int Shard, int First, int Count, IReadOnlyList<int> Broken)
{
    /// <summary>Bytes of the labels and tokens.</summary>
    public long DataBytes => Count * (4L + (long)Key.Tokens * Key.Width);

    /// <summary>UTF-8 JSON, filled up with blanks to a multiple of eight bytes.</summary>
    public byte[] ToBytes()
    {
        var json = JsonSerializer.Serialize(this, CodeKey.Json);
        return Encoding.UTF8.GetBytes(json.PadRight((json.Length + 7) / 8 * 8)); // ASCII: the serializer escapes everything else
    }

    /// <exception cref="InvalidDataException">It is no header, or its numbers do not fit together; the message says why.</exception>
    public static CodeShardHeader Parse(ReadOnlySpan<byte> json)
    {
        CodeShardHeader? header;
        try
        {
            header = JsonSerializer.Deserialize<CodeShardHeader>(json, CodeKey.Json);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException("its header is not the JSON of a shard", e);
        }
        return header is null ? throw new InvalidDataException("its header is not the JSON of a shard") : header.Fault() is { } fault ? throw new InvalidDataException(fault) : header;
    }

    private string? Fault()
    {
        if (Key.Fault() is { } fault) return fault;
        if (Shard < 0 || Shard >= Key.Shards) return $"it claims to be shard {Shard} of {Key.Shards}";
        if (First != Key.First(Shard) || Count < 0 || Count + (long)Broken.Count != Key.Listed(Shard)) return "its numbers of images do not fit together";
        var last = First - 1;
        foreach (var image in Broken)
        {
            if (image <= last || image >= First + Key.Listed(Shard)) return "its broken images are out of range";
            last = image;
        }
        return null;
    }
}
