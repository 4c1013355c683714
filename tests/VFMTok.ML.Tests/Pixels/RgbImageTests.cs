using VFMTok.ML.Pixels;

namespace VFMTok.ML.Tests.Pixels;

public sealed class RgbImageTests
{
    // Spec A.7: what Pillow makes of a synthetic image.
    [Theory]
    [InlineData(500, 375, 0x32080578u), InlineData(1200, 900, 0x2c8fee8fu)]
    public void Centre_crop_equals_pillow_bit_for_bit(int width, int height, uint crc)
    {
        var rgb = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var c = 0; c < 3; c++) rgb[(y * width + x) * 3 + c] = (byte)(7 * x + 13 * y + 29 * c + 5 * (x * y % 31));
        var crop = new byte[336 * 336 * 3];
        new RgbImage(width, height, rgb).CenterCrop(336, crop);
        Assert.Equal(crc, Crc32(crop));
    }

    [Fact]
    public void Transparency_becomes_white() =>
        Assert.Equal([255, 227, 177, 10, 20, 30], RgbImage.FromPremultiplied(2, 1, [128, 100, 50, 128, 30, 20, 10, 255], blueFirst: true).Rgb is var p ? [p[2], p[1], p[0], p[3], p[4], p[5]] : null!);

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++) crc = (crc >> 1) ^ (0xEDB88320u & (uint)-(int)(crc & 1));
        }
        return ~crc;
    }
}
