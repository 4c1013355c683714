using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace VFMTok.Training;

/// <summary>The tokens of a shard's images, and how they are written.</summary>
/// <param name="Header">Which shard.</param>
/// <param name="Labels">Class index of each image that is here.</param>
/// <param name="Tokens">Image after image, of each variant after variant, of each rank after rank.</param>
internal sealed record ShardCodes(CodeShardHeader Header, int[] Labels, int[] Tokens)
{
    public const int DigestBytes = SHA256.HashSizeInBytes, PrefixBytes = 16;
    public const uint Version = 1;
    public static ReadOnlySpan<byte> Magic => "VFMCODES"u8;

    /// <summary>Writes a shard: magic, version, length of the header, header, labels, tokens, SHA-256 of it all; little-endian.</summary>
    public void Write(Stream stream)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var header = Header.ToBytes();
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        Magic.CopyTo(prefix);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix[12..], (uint)header.Length);
        Put(prefix);
        Put(header);
        Put(MemoryMarshal.AsBytes(Labels.AsSpan()));
        Put(Header.Key.Width == 4 ? MemoryMarshal.AsBytes(Tokens.AsSpan()) : MemoryMarshal.AsBytes<ushort>(Array.ConvertAll(Tokens, t => checked((ushort)t))));
        stream.Write(hash.GetHashAndReset());

        void Put(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            stream.Write(bytes);
        }
    }
}
