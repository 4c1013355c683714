using VFMTok.Imaging;

namespace VFMTok.Tests.Imaging;

public class GaussianBlurTests
{
    [Fact]
    public void A_dot_spreads_evenly_and_flat_colour_stays()
    {
        var pixels = new byte[9 * 9 * 3];
        pixels.AsSpan((4 * 9 + 4) * 3, 3).Fill(255);
        var blurred = GaussianBlur.Apply(new RgbImage(9, 9, pixels), 1).Pixels;
        byte At(int x, int y) => blurred[(y * 9 + x) * 3];
        Assert.Equal(255 / (2 * Math.PI), At(4, 4), 2.0);
        Assert.Equal((At(3, 4), At(4, 3)), (At(5, 4), At(4, 5)));
        Assert.InRange(blurred.Sum(b => b) / 3, 255 - 60, 255 + 60); // rounding of 49 pixels
        Assert.All(GaussianBlur.Apply(new RgbImage(5, 4, [.. Enumerable.Repeat((byte)77, 60)]), 2.5).Pixels, b => Assert.Equal(77, b));
    }
}
