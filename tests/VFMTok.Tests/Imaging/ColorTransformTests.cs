using VFMTok.Imaging;

namespace VFMTok.Tests.Imaging;

public class ColorTransformTests
{
    private static byte[] Apply(ColorTransform transform, params byte[] rgb)
    {
        transform.Apply(rgb);
        return rgb;
    }

    [Fact]
    public void Known_changes()
    {
        Assert.Equal([10, 20, 30], Apply(ColorTransform.Identity, 10, 20, 30));
        Assert.Equal([245, 235, 225], Apply(ColorTransform.Invert, 10, 20, 30));
        Assert.Equal([20, 40, 255], Apply(ColorTransform.Brightness(2), 10, 20, 200));
        Assert.Equal([100, 100, 100], Apply(ColorTransform.Contrast(0, 100), 10, 20, 200));
        Assert.Equal([76, 76, 76], Apply(ColorTransform.Saturation(0), 255, 0, 0));
        Assert.Equal([0, 255, 0], Apply(ColorTransform.Hue(1.0 / 3), 255, 0, 0));
        Assert.Equal([80, 80, 80], Apply(ColorTransform.Hue(0.2), 80, 80, 80));
    }

    [Fact]
    public void Changes_combine_in_order()
    {
        var both = ColorTransform.Brightness(0.5).Then(ColorTransform.Invert);
        Assert.Equal([255 - 50, 255 - 25, 255 - 5], Apply(both, 100, 50, 10).Select(b => (int)b));
        Assert.Equal(0.299 * 100 + 0.587 * 50 + 0.114 * 10, ColorTransform.MeanLuma([100, 50, 10]), 1e-3);
    }
}
