using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace VFMTok.Tests.Shared;

/// <summary>Writes a zip whose records are stored uncompressed and start at multiples of 64 bytes, as PyTorch's do; with zip64 records where places do not fit into 32 bits.</summary>
/// <param name="stream">To write to, from its start.</param>
/// <param name="largest">Largest place that is written in 32 bits: smaller than it need be only to test zip64.</param>
internal sealed class StoredZipWriter(Stream stream, long largest = uint.MaxValue - 1)
{
    private const int Alignment = 64, LocalHeader = 30;
    private const ushort Utf8 = 0x0800;

    private readonly List<(byte[] Name, uint Crc, int Length, long Offset)> _entries = [];

    /// <summary>Writes a record.</summary>
    public void Add(string name, ReadOnlySpan<byte> content)
    {
        var entry = (Name: Encoding.UTF8.GetBytes(name), Crc: Crc32.HashToUInt32(content), content.Length, Offset: stream.Position);
        var padding = (int)((Alignment - (entry.Offset + LocalHeader + entry.Name.Length + 4) % Alignment) % Alignment);
        Write(0x04034b50u, (ushort)0, Utf8, (ushort)0, (ushort)0, (ushort)0, entry.Crc, (uint)entry.Length, (uint)entry.Length, (ushort)entry.Name.Length, (ushort)(4 + padding));
        stream.Write(entry.Name);
        stream.Write([(byte)'F', (byte)'B']); // an extra field of PyTorch's own
        Write((ushort)padding);
        stream.Write(Enumerable.Repeat((byte)'Z', padding).ToArray());
        stream.Write(content);
        _entries.Add(entry);
    }

    /// <summary>Writes the directory of all records.</summary>
    public void Finish()
    {
        var start = stream.Position;
        foreach (var entry in _entries)
        {
            var isFar = entry.Offset > largest;
            Write(0x02014b50u, (ushort)(isFar ? 45 : 0), (ushort)(isFar ? 45 : 0), Utf8, (ushort)0, (ushort)0, (ushort)0, entry.Crc, (uint)entry.Length, (uint)entry.Length, (ushort)entry.Name.Length,
                (ushort)(isFar ? 12 : 0), (ushort)0, (ushort)0, (ushort)0, 0u, isFar ? uint.MaxValue : (uint)entry.Offset);
            stream.Write(entry.Name);
            if (isFar) Write((ushort)1, (ushort)8, (ulong)entry.Offset);
        }
        var (end, count) = (stream.Position, _entries.Count);
        var needs64 = start > largest || end > largest || count >= ushort.MaxValue;
        if (needs64)
        {
            Write(0x06064b50u, 44ul, (ushort)45, (ushort)45, 0u, 0u, (ulong)count, (ulong)count, (ulong)(end - start), (ulong)start);
            Write(0x07064b50u, 0u, (ulong)end, 1u);
        }
        var shortCount = needs64 ? ushort.MaxValue : (ushort)count;
        Write(0x06054b50u, (ushort)0, (ushort)0, shortCount, shortCount, needs64 ? uint.MaxValue : (uint)(end - start), needs64 ? uint.MaxValue : (uint)start, (ushort)0);
    }

    private void Write(params ReadOnlySpan<object> fields)
    {
        Span<byte> bytes = stackalloc byte[8];
        foreach (var field in fields)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, Convert.ToUInt64(field, null));
            stream.Write(bytes[..(field is ushort ? 2 : field is uint ? 4 : 8)]);
        }
    }
}
