using System.Buffers.Binary;
using System.IO.Compression;

namespace VFMTok.Imaging;

/// <summary>16-bit gray PNGs as Pillow 9.4 turns them into RGB: samples are clipped at 255, not scaled. Skia keeps the high byte only, so the rows are read here.</summary>
internal static class PngGray16
{
    private const int HeaderLength = 33; // signature and the IHDR chunk

    /// <summary>Whether the bytes are a PNG of gray without alpha, 16 bits a sample, not interlaced.</summary>
    public static bool Applies(byte[] png) =>
        png is [0x89, (byte)'P', (byte)'N', (byte)'G', ..] && png.Length > HeaderLength && png[24] == 16 && png[25] == 0 && png[28] == 0;

    /// <summary>Reads the samples. The size has been checked and the file decoded once by then.</summary>
    /// <exception cref="InvalidImageException">The data end too early or are no valid rows.</exception>
    public static RgbImage Clip(byte[] png, string name)
    {
        var (width, height) = ((int)BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(16)), (int)BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(20)));
        try
        {
            using var rows = new ZLibStream(new MemoryStream(Data(png)), CompressionMode.Decompress);
            byte[] above = new byte[2 * width], row = new byte[2 * width], rgb = new byte[width * height * 3];
            for (var y = 0; y < height; y++)
            {
                var filter = rows.ReadByte();
                rows.ReadExactly(row);
                Unfilter(filter, row, above);
                for (var x = 0; x < width; x++)
                    rgb.AsSpan((y * width + x) * 3, 3).Fill((byte)Math.Min(BinaryPrimitives.ReadUInt16BigEndian(row.AsSpan(2 * x)), (ushort)255));
                (above, row) = (row, above);
            }
            return new RgbImage(width, height, rgb);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or ArgumentOutOfRangeException)
        {
            throw new InvalidImageException($"'{name}' is damaged (its PNG rows cannot be read); replace or remove it.", e);
        }
    }

    // The IDAT chunks, joined.
    private static byte[] Data(byte[] png)
    {
        using var data = new MemoryStream();
        for (var at = 8; at + 12 <= png.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at));
            if (png.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8)) data.Write(png.AsSpan(at + 8, length));
            at = checked(at + 12 + length);
        }
        return data.ToArray();
    }

    private static void Unfilter(int filter, byte[] row, byte[] above)
    {
        for (var i = 0; i < row.Length; i++)
        {
            int left = i >= 2 ? row[i - 2] : 0, corner = i >= 2 ? above[i - 2] : 0, up = above[i];
            row[i] += (byte)(filter switch
            {
                0 => 0,
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                4 => Paeth(left, up, corner),
                _ => throw new InvalidDataException($"filter {filter}"),
            });
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        var (toLeft, toUp, toCorner) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - 2 * corner));
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
}
