using System.Buffers.Binary;
using System.IO.Compression;
using VFMTok.Imaging;
using VFMTok.Tests.Golden;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Imaging;

public class PngGray16Tests
{
    private const int Width = 6, Height = 5;

    private static ushort Sample(int x, int y) => (ushort)(x * 50 + y * 13 + (x == 5 ? 3000 : 0));

    // Interlaced pictures go through the same clipping: Pillow reads both as mode I.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_reference_clips_samples_and_people_see_the_high_byte(bool interlaced)
    {
        var png = Gray(interlaced);
        var expected = Enumerable.Range(0, Width * Height).SelectMany(i => Enumerable.Repeat((byte)Math.Min((int)Sample(i % Width, i / Width), 255), 3)).ToArray();
        Assert.Equal(expected, ImageDecoder.Decode(png, "a", ImageDecodingOptions.Reference).Pixels);

        var scaled = ImageDecoder.Decode(png, "a").Pixels;
        for (var i = 0; i < Width * Height; i++) Assert.Equal(Sample(i % Width, i / Width) >> 8, scaled[3 * i]);
    }

    // Bytes after the end of a PNG are nobody's business; these once sent the chunk walk backwards for ever, or over the end of an integer.
    [Theory]
    [InlineData(0xfffffff4, true)]
    [InlineData(0x7ffffffa, true)]
    [InlineData(0x7ffffffa, false)]
    public async Task Hostile_chunk_lengths_after_the_picture_do_no_harm(uint length, bool ended)
    {
        var sound = Gray(interlaced: false);
        var tail = new byte[24];
        BinaryPrimitives.WriteUInt32BigEndian(tail, length);
        "junk"u8.CopyTo(tail.AsSpan(4));
        byte[] hostile = [.. ended ? sound : sound[..^12], .. tail];
        var decoded = await Task.Run(() => ImageDecoder.Decode(hostile, "a", ImageDecodingOptions.Reference)).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(ImageDecoder.Decode(sound, "a", ImageDecodingOptions.Reference).Pixels, decoded.Pixels);
    }

    [Fact]
    public void Missing_rows_are_an_error()
    {
        var png = Png(Width, Height, depth: 16, colour: 0, interlaced: false, new byte[13]);
        Assert.Equal("'a' is damaged (its PNG rows cannot be read); replace or remove it.", Assert.Throws<InvalidImageException>(() => PngGray16.Clip(png, "a")).Message);
    }

    private static byte[] Gray(bool interlaced)
    {
        using var rows = new MemoryStream();
        (int X, int Y, int StepX, int StepY)[] passes = interlaced ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)] : [(0, 0, 1, 1)];
        foreach (var pass in passes)
            for (var y = pass.Y; y < Height; y += pass.StepY)
            {
                rows.WriteByte(0); // no filter
                for (var x = pass.X; x < Width; x += pass.StepX) rows.Write([(byte)(Sample(x, y) >> 8), (byte)Sample(x, y)]);
            }
        return Png(Width, Height, depth: 16, colour: 0, interlaced, rows.ToArray());
    }

    /// <summary>A PNG made of filtered rows.</summary>
    internal static byte[] Png(int width, int height, byte depth, byte colour, bool interlaced, byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(rows);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (depth, colour, (byte)(interlaced ? 1 : 0));
        return [0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n', .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] chunk = [0, 0, 0, 0, .. type, .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), (uint)HashWeights.Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }
}
