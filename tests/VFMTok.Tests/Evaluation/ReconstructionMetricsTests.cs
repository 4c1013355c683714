using VFMTok.Evaluation;
using VFMTok.Imaging;

namespace VFMTok.Tests.Evaluation;

public class ReconstructionMetricsTests
{
    private static RgbImage Image(int width, int height, Func<int, int> value) => new(width, height, [.. Enumerable.Range(0, width * height * 3).Select(i => (byte)value(i))]);

    [Fact]
    public void Psnr_has_its_known_values()
    {
        var black = Image(3, 2, _ => 0);
        Assert.Equal(double.PositiveInfinity, ReconstructionMetrics.Psnr(black, black));
        Assert.Equal(0, ReconstructionMetrics.Psnr(black, Image(3, 2, _ => 255)), 12);
        Assert.Equal(20 * Math.Log10(255), ReconstructionMetrics.Psnr(black, Image(3, 2, _ => 1)), 12);
        Assert.Equal(10 * Math.Log10(255 * 255 * 18 / 9.0), ReconstructionMetrics.Psnr(black, Image(3, 2, i => i == 5 ? 3 : 0)), 12);
    }

    [Fact]
    public void Equal_images_are_as_similar_as_can_be()
    {
        var image = Image(9, 8, i => i * 37 % 256);
        Assert.Equal(1, ReconstructionMetrics.Ssim(image, image), 12);
        Assert.Equal(1, ReconstructionMetrics.ReferenceSsim(image, image), 12);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Flat_images_differ_in_luminance_alone(double range, bool reference)
    {
        var (a, b, c1) = (100 / 255.0, 150 / 255.0, 0.01 * range * (0.01 * range));
        var (one, other) = (Image(7, 7, _ => 100), Image(7, 7, _ => 150));
        Assert.Equal((2 * a * b + c1) / (a * a + b * b + c1), reference ? ReconstructionMetrics.ReferenceSsim(one, other) : ReconstructionMetrics.Ssim(one, other), 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Ssim_is_the_formula_of_every_window(double range)
    {
        var draws = new Random(3);
        int width = 13, height = 9;
        RgbImage a = Image(width, height, _ => draws.Next(256)), b = Image(width, height, i => (a.Pixels[i] + draws.Next(60)) / 2);
        var values = new List<double>();
        for (var channel = 0; channel < 3; channel++)
            for (var top = 0; top + 7 <= height; top++)
                for (var left = 0; left + 7 <= width; left++) values.Add(OfWindow(channel, top, left));
        Assert.Equal(values.Average(), range == 1 ? ReconstructionMetrics.Ssim(a, b) : ReconstructionMetrics.ReferenceSsim(a, b), 12);

        double OfWindow(int channel, int top, int left)
        {
            var places = Enumerable.Range(0, 49).Select(i => ((top + i / 7) * width + left + i % 7) * 3 + channel).ToArray();
            var (x, y) = (places.Select(p => a.Pixels[p] / 255.0).ToArray(), places.Select(p => b.Pixels[p] / 255.0).ToArray());
            var (meanX, meanY) = (x.Average(), y.Average());
            double Covariance(double[] u, double meanU, double[] v, double meanV) => u.Zip(v, (p, q) => (p - meanU) * (q - meanV)).Sum() / 48;
            var (c1, c2) = (Math.Pow(0.01 * range, 2), Math.Pow(0.03 * range, 2));
            return (2 * meanX * meanY + c1) * (2 * Covariance(x, meanX, y, meanY) + c2)
                / ((meanX * meanX + meanY * meanY + c1) * (Covariance(x, meanX, x, meanX) + Covariance(y, meanY, y, meanY) + c2));
        }
    }

    [Fact]
    public void Images_that_cannot_be_compared_are_named()
    {
        Assert.StartsWith("Images of 3 x 2 and 2 x 3 pixels cannot be compared; give two images of the same size.",
            Assert.Throws<ArgumentException>(() => ReconstructionMetrics.Psnr(Image(3, 2, _ => 0), Image(2, 3, _ => 0))).Message);
        Assert.StartsWith("Images of 3 and 0 bytes cannot be compared; give two images of the same size.",
            Assert.Throws<ArgumentException>(() => ReconstructionMetrics.Psnr([1, 2, 3], [])).Message);
        Assert.StartsWith("SSIM looks at windows of 7 x 7 pixels and the images have 7 x 6; give larger ones.",
            Assert.Throws<ArgumentException>(() => ReconstructionMetrics.Ssim(Image(7, 6, _ => 0), Image(7, 6, _ => 0))).Message);
    }
}
