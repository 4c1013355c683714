using System.Buffers.Binary;
using System.IO.Compression;

namespace VFMTok.Imaging;

/// <summary>16-bit gray PNGs as Pillow 9.4 turns them into RGB: samples are clipped at 255, not scaled. Skia keeps the high byte only, so the rows are read here.</summary>
internal static class PngGray16
{
    private const int HeaderLength = 33; // signature and the IHDR chunk

    private static readonly Pass[] Whole = [new(0, 0, 1, 1)];

    // Adam7: seven coarse-to-fine pictures, one after the other.
    private static readonly Pass[] Interlaced = [new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2)];

    private readonly record struct Pass(int Left, int Top, int StepX, int StepY);

    /// <summary>Whether the bytes are a PNG of gray without alpha, 16 bits a sample.</summary>
    public static bool Applies(byte[] png) =>
        png is [0x89, (byte)'P', (byte)'N', (byte)'G', ..] && png.Length > HeaderLength && png[24] == 16 && png[25] == 0;

    /// <summary>Reads the samples. The size has been checked and the file decoded once by then.</summary>
    /// <exception cref="InvalidImageException">The data end too early or are no valid rows.</exception>
    public static RgbImage Clip(byte[] png, string name)
    {
        var (width, height) = ((int)BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(16)), (int)BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(20)));
        var rgb = new byte[width * height * 3];
        try
        {
            using var rows = new ZLibStream(new MemoryStream(Data(png)), CompressionMode.Decompress);
            foreach (var pass in png[28] == 0 ? Whole : Interlaced) Read(rows, pass, width, height, rgb);
            return new RgbImage(width, height, rgb);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            throw new InvalidImageException($"'{name}' is damaged (its PNG rows cannot be read); replace or remove it.", e);
        }
    }

    private static void Read(Stream rows, Pass pass, int width, int height, byte[] rgb)
    {
        var columns = (width - pass.Left + pass.StepX - 1) / pass.StepX;
        if (columns == 0) return; // a pass without columns has no rows either
        byte[] above = new byte[2 * columns], row = new byte[2 * columns];
        for (var y = pass.Top; y < height; y += pass.StepY)
        {
            var filter = rows.ReadByte();
            rows.ReadExactly(row);
            Unfilter(filter, row, above);
            for (var x = 0; x < columns; x++)
                rgb.AsSpan((y * width + pass.Left + x * pass.StepX) * 3, 3).Fill((byte)Math.Min(BinaryPrimitives.ReadUInt16BigEndian(row.AsSpan(2 * x)), (ushort)255));
            (above, row) = (row, above);
        }
    }

    // The IDAT chunks, joined. Lengths are unsigned and come from the file: summed in 64 bits, so that none moves backwards.
    private static byte[] Data(byte[] png)
    {
        using var data = new MemoryStream();
        for (long at = 8, length; at + 12 <= png.Length; at += 12 + length)
        {
            var chunk = png.AsSpan((int)at);
            length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            var type = chunk.Slice(4, 4);
            if (type.SequenceEqual("IEND"u8)) break;
            if (type.SequenceEqual("IDAT"u8)) data.Write(chunk.Slice(8, (int)Math.Min(length, chunk.Length - 8)));
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
