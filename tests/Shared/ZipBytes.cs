using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace VFMTok.Tests.Shared;

/// <summary>One record of a zip that may lie about itself: what is null is told truly.</summary>
/// <param name="Name">As it stands in the file.</param>
/// <param name="Data">Unpacked.</param>
internal sealed record ZipRecord(string Name, byte[] Data)
{
    public bool Deflated { get; init; }
    public ushort? Method { get; init; }
    public ushort Flags { get; init; }
    public uint? Crc { get; init; }
    public uint? Length { get; init; }
    public uint? PackedLength { get; init; }

    /// <summary>Length in a zip64 field; the ordinary one then stands for "see there".</summary>
    public ulong? Length64 { get; init; }

    /// <summary>Where the list says that the record lies.</summary>
    public uint? Offset { get; init; }
}

/// <summary>Zips byte by byte, sound or not.</summary>
internal static class ZipBytes
{
    public static byte[] Of(params ZipRecord[] records) => Counted(records, count: null);

    /// <param name="records">In this order.</param>
    /// <param name="count">Number of records that the end claims.</param>
    public static byte[] Counted(IReadOnlyCollection<ZipRecord> records, ushort? count)
    {
        using var file = new MemoryStream();
        using var list = new MemoryStream();
        foreach (var record in records)
        {
            var (name, packed) = (Encoding.UTF8.GetBytes(record.Name), record.Deflated ? Deflate(record.Data) : record.Data);
            var offset = record.Offset ?? (uint)file.Length;
            var method = record.Method ?? (ushort)(record.Deflated ? 8 : 0);
            var wide = record.Length64 is { } length ? [1, 0, 8, 0, .. Number(length, 8)] : Array.Empty<byte>();
            byte[] facts = [.. Number(record.Crc ?? Crc32.HashToUInt32(record.Data), 4), .. Number(record.PackedLength ?? (uint)packed.Length, 4),
                .. Number(record.Length64 is null ? record.Length ?? (uint)record.Data.Length : uint.MaxValue, 4), .. Number((ulong)name.Length, 2), .. Number((ulong)wide.Length, 2)];
            file.Write([.. "PK\x03\x04"u8, 45, 0, .. Number(record.Flags, 2), .. Number(method, 2), 0, 0, 33, 0, .. facts, .. name, .. wide, .. packed]);
            list.Write([.. "PK\x01\x02"u8, 45, 0, 45, 0, .. Number(record.Flags, 2), .. Number(method, 2), 0, 0, 33, 0, .. facts, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Number(offset, 4), .. name, .. wide]);
        }
        var (start, claimed) = ((ulong)file.Length, count ?? (ushort)records.Count);
        list.WriteTo(file);
        file.Write([.. "PK\x05\x06"u8, 0, 0, 0, 0, .. Number(claimed, 2), .. Number(claimed, 2), .. Number((ulong)list.Length, 4), .. Number(start, 4), 0, 0]);
        return file.ToArray();
    }

    /// <summary>The records of a sound zip.</summary>
    public static ZipRecord[] Read(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return [.. archive.Entries.Select(entry =>
        {
            using var stream = entry.Open();
            using var data = new MemoryStream();
            stream.CopyTo(data);
            return new ZipRecord(entry.FullName, data.ToArray());
        })];
    }

    /// <summary>Packed as zips have it.</summary>
    public static byte[] Deflate(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(data);
        return packed.ToArray();
    }

    private static byte[] Number(ulong value, int width)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes[..width];
    }
}
