using VFMTok.Imaging;

namespace VFMTok.Tests.Imaging;

public class PixelPackingTests
{
    // Widths around the four pixels that are packed at a time.
    [Theory]
    [InlineData(1), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(64), InlineData(67)]
    public void Any_number_of_pixels_is_packed(int pixels)
    {
        var from = new byte[4 * pixels];
        new Random(pixels).NextBytes(from);
        var rgb = new byte[3 * pixels];
        PixelPacking.DropAlpha(from, rgb);
        Assert.Equal(from.Where((_, i) => i % 4 != 3), rgb);

        foreach (var blueFirst in new[] { false, true })
        {
            PixelPacking.OverWhite(from, blueFirst, rgb);
            Assert.Equal(Enumerable.Range(0, 3 * pixels).Select(i => OverWhite(i / 3, blueFirst ? 2 - i % 3 : i % 3)), rgb);
        }

        byte OverWhite(int pixel, int channel) => (byte)Math.Min(255, from[4 * pixel + channel] + 255 - from[4 * pixel + 3]);
    }
}
