using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace VFMTok.Training;

/// <summary>A shard on disk, open for reading.</summary>
internal sealed class CodeShard : IDisposable
{
    private const int MostHeaderBytes = 16 << 20;

    private readonly MappedFile _file;
    private readonly string _path;
    private readonly int _labels, _tokens; // offsets

    private CodeShard(MappedFile file, string path, CodeShardHeader header, int labels) =>
        (_file, _path, Header, _labels, _tokens) = (file, path, header, labels, labels + 4 * header.Count);

    public CodeShardHeader Header { get; }

    /// <summary>SHA-256 that the file states of itself.</summary>
    public ReadOnlySpan<byte> Digest => _file.Bytes[^ShardCodes.DigestBytes..];

    /// <summary>Opens a shard; every field is suspected.</summary>
    /// <param name="path">The file.</param>
    /// <param name="verify">Whether the content is compared with its hash and every token checked, which reads all of it.</param>
    /// <exception cref="InvalidDataException">It is no sound shard.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static CodeShard Open(string path, bool verify)
    {
        MappedFile? file = null;
        try
        {
            file = new MappedFile(path);
            var header = ReadHeader(file.Bytes, out var end);
            var shard = new CodeShard(file, path, header, end);
            if (verify) shard.Verify();
            return shard;
        }
        catch (InvalidDataException e)
        {
            file?.Dispose();
            throw Bad(path, e.Message, e);
        }
        catch (UnauthorizedAccessException e)
        {
            file?.Dispose();
            throw new IOException($"'{path}' cannot be read ({e.Message.TrimEnd('.')}); check the file and its permissions.", e);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Class index of an image of the shard.</summary>
    public int Label(int image) => BinaryPrimitives.ReadInt32LittleEndian(_file.Bytes[(_labels + 4 * image)..]);

    /// <summary>Checks the labels.</summary>
    /// <exception cref="InvalidDataException">One is beyond the classes.</exception>
    public void RequireLabels(int classes)
    {
        if (MemoryMarshal.Cast<byte, int>(_file.Bytes[_labels.._tokens]).ContainsAnyExceptInRange(0, classes - 1)) throw Bad(_path, $"it holds a label beyond the {classes} classes");
    }

    /// <summary>Copies a sequence.</summary>
    /// <exception cref="InvalidDataException">A token is out of range.</exception>
    public void Read(int image, int variant, int rank, Span<int> tokens)
    {
        var key = Header.Key;
        var sequence = (image * key.Variants + variant) * key.Ranks + rank;
        var bytes = _file.Bytes.Slice(_tokens + sequence * key.Length * key.Width, key.Length * key.Width);
        var fits = key.Width == 2 ? Copy(MemoryMarshal.Cast<byte, ushort>(bytes), tokens, key.CodebookSize) : Copy(MemoryMarshal.Cast<byte, int>(bytes), tokens, key.CodebookSize);
        if (!fits) throw Bad(_path, "it holds a token beyond the codebook");
    }

    public void Dispose() => _file.Dispose();

    private static CodeShardHeader ReadHeader(ReadOnlySpan<byte> bytes, out int end)
    {
        if (bytes.Length < ShardCodes.PrefixBytes + ShardCodes.DigestBytes) throw new InvalidDataException($"it has {bytes.Length} bytes, fewer than any shard");
        if (!bytes.StartsWith(ShardCodes.Magic)) throw new InvalidDataException("it does not begin as one");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != ShardCodes.Version) throw new InvalidDataException($"its format has the version {version} where this library reads {ShardCodes.Version}");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        var most = Math.Min(MostHeaderBytes, bytes.Length - ShardCodes.PrefixBytes - ShardCodes.DigestBytes);
        if (length > most) throw new InvalidDataException($"its header claims {length} bytes where at most {most} can be");
        if (length % 8 != 0) throw new InvalidDataException($"its header claims {length} bytes, no multiple of 8");
        end = ShardCodes.PrefixBytes + (int)length;
        var header = CodeShardHeader.Parse(bytes[ShardCodes.PrefixBytes..end]);
        var needed = end + header.DataBytes + ShardCodes.DigestBytes;
        return bytes.Length == needed ? header : throw new InvalidDataException($"it has {bytes.Length} bytes where its header asks for {needed}");
    }

    private void Verify()
    {
        Span<byte> digest = stackalloc byte[ShardCodes.DigestBytes];
        SHA256.HashData(_file.Bytes[..^ShardCodes.DigestBytes], digest);
        if (!digest.SequenceEqual(Digest)) throw new InvalidDataException("its content does not have the hash that it states");
        var last = Header.Key.CodebookSize - 1;
        var bytes = _file.Bytes[_tokens..^ShardCodes.DigestBytes];
        var beyond = Header.Key.Width == 2 ? MemoryMarshal.Cast<byte, ushort>(bytes).ContainsAnyExceptInRange((ushort)0, (ushort)last) : MemoryMarshal.Cast<byte, int>(bytes).ContainsAnyExceptInRange(0, last);
        if (beyond) throw new InvalidDataException("it holds a token beyond the codebook");
    }

    private static bool Copy(ReadOnlySpan<ushort> from, Span<int> to, int limit)
    {
        var most = 0;
        for (var i = 0; i < from.Length; i++) most = Math.Max(most, to[i] = from[i]);
        return most < limit;
    }

    private static bool Copy(ReadOnlySpan<int> from, Span<int> to, int limit)
    {
        from.CopyTo(to);
        return !from.ContainsAnyExceptInRange(0, limit - 1);
    }

    private static InvalidDataException Bad(string path, string fault, Exception? cause = null) => new($"'{path}' is no sound shard of codes: {fault}; delete it and encode again.", cause);
}
