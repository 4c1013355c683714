using System.Buffers.Binary;
using System.IO.Hashing;

namespace VFMTok.Tests.Shared;

/// <summary>Damages files as a fuzzer does: a few steps, each drawn from a seed, so that a failure is found again.</summary>
internal static class ByteMutations
{
    // What lengths, counts and offsets are set to.
    private static readonly ulong[] Extremes =
    [
        0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0x100000000, 0x3fffffffffffffff, 0x7ffffffffffffffe, 0x7fffffffffffffff,
        0x8000000000000000, 0xffffffffffffffff,
    ];

    // Parts of texts that mean something to one of the formats.
    private static readonly string[] Words =
    [
        "{", "}", "[", "]", "\"", ",", ":", "-", "0", "1e999", "null", "\\u0000", "__metadata__", "dtype", "shape", "data_offsets", "F64", "BOOL", "..", "/", "\\", "\n", "\0", "os\nsystem\n", "data.pkl", "PK\x03\x04", "IDAT", "IEND", "(", ")", "'", "True", "|O", ">f8", "fortran_order",
    ];

    /// <summary>A damaged copy.</summary>
    /// <param name="bytes">A sound file.</param>
    /// <param name="other">Another one, to splice in.</param>
    /// <param name="seed">Decides everything.</param>
    public static byte[] Of(byte[] bytes, byte[] other, int seed)
    {
        var random = new Random(seed);
        return random.Next(2) == 0 ? Steps(bytes, other, random) : Inside(bytes, other, random);
    }

    private static byte[] Steps(byte[] bytes, byte[] other, Random random)
    {
        var result = bytes;
        for (var steps = random.Next(1 << random.Next(5)); steps >= 0; steps--) result = Step(result, other, random);
        return result;
    }

    // Damage that the outer form does not show, so that what is within is looked at.
    private static byte[] Inside(byte[] bytes, byte[] other, Random random)
    {
        switch (bytes)
        {
            case [(byte)'P', (byte)'K', 3, 4, ..]:
                var records = ZipBytes.Read(bytes);
                var at = random.Next(records.Length);
                records[at] = records[at] with { Data = Inside(records[at].Data, other, random) };
                return ZipBytes.Of(records);
            case [0x89, (byte)'P', (byte)'N', (byte)'G', ..]: return WithChecksums(Steps(bytes, other, random));
            case [_, _, _, _, _, _, _, _, (byte)'{', ..] when BinaryPrimitives.ReadUInt64LittleEndian(bytes) <= (ulong)bytes.Length - 8:
                var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
                var header = Steps(bytes[8..(8 + length)], other, random);
                var prefix = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
                return [.. prefix, .. header, .. bytes[(8 + length)..]];
            default: return Steps(bytes, other, random);
        }
    }

    private static byte[] WithChecksums(byte[] png)
    {
        var changed = (byte[])png.Clone();
        for (long at = 8, length; at + 12 <= changed.Length; at += 12 + length)
        {
            var chunk = changed.AsSpan((int)at);
            length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (length + 12 > chunk.Length) break;
            BinaryPrimitives.WriteUInt32BigEndian(chunk[(int)(8 + length)..], Crc32.HashToUInt32(chunk.Slice(4, 4 + (int)length)));
        }
        return changed;
    }

    private static byte[] Step(byte[] bytes, byte[] other, Random random)
    {
        var at = At(bytes.Length, random);
        var length = Math.Min(bytes.Length - at, 1 << random.Next(12));
        switch (random.Next(10))
        {
            case 0 when at < bytes.Length: return Set(bytes, at, [(byte)(bytes[at] ^ 1 << random.Next(8))]);
            case 1 when at < bytes.Length: return Set(bytes, at, [(byte)random.Next(256)]);
            case 2: return [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
            case 3: return [.. bytes[..at], .. bytes[(at + length)..]];
            case 4: return [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]];
            case 5: return bytes[..at];
            case 6:
                var from = At(other.Length, random);
                return [.. bytes[..at], .. other[from..Math.Min(other.Length, from + (1 << random.Next(12)))], .. bytes[Math.Min(bytes.Length, at + length)..]];
            case 7: return Set(bytes, at, Extreme(random)[..4]);
            case 8: return Set(bytes, at, Extreme(random));
            default:
                var word = Words[random.Next(Words.Length)].Select(c => (byte)c);
                return random.Next(2) == 0 ? Set(bytes, at, [.. word]) : [.. bytes[..at], .. word, .. bytes[at..]];
        }
    }

    // Headers lie at the start and the lists of zips at the end: half of all damage is done there.
    private static int At(int length, Random random) => random.Next(4) switch
    {
        0 => random.Next(Math.Min(length, 256) + 1),
        1 => length - random.Next(Math.Min(length, 512) + 1),
        _ => random.Next(length + 1),
    };

    private static byte[] Extreme(Random random)
    {
        var bytes = new byte[8];
        var value = Extremes[random.Next(Extremes.Length)] + (ulong)random.Next(-1, 2);
        if (random.Next(4) > 0) BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        else BinaryPrimitives.WriteUInt64BigEndian(bytes, random.Next(2) == 0 ? value : value << 32); // of pictures, four or eight bytes wide
        return bytes;
    }

    private static byte[] Set(byte[] bytes, int at, byte[] values)
    {
        var changed = (byte[])bytes.Clone();
        values.AsSpan(0, Math.Min(values.Length, bytes.Length - at)).CopyTo(changed.AsSpan(at));
        return changed;
    }
}
