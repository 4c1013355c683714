using VFMTok.Imaging;

namespace VFMTok.Evaluation;

/// <summary>How close a reconstruction is to its original: PSNR and SSIM (spec 10.2).</summary>
/// <remarks>The window sums are whole numbers, so nothing is lost to rounding before the last division; the reference computes them in float32 and lands within 1e-6.</remarks>
public static class ReconstructionMetrics
{
    private const int Window = 7;
    private const double Area = Window * Window, White = 255;

    /// <summary>Peak signal-to-noise ratio.</summary>
    /// <param name="original">The one.</param>
    /// <param name="reconstruction">The other; of the same size.</param>
    /// <returns>Decibels; positive infinity for equal images.</returns>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static double Psnr(RgbImage original, RgbImage reconstruction)
    {
        RequireSameSize(original, reconstruction);
        return Psnr(original.Pixels, reconstruction.Pixels);
    }

    /// <summary>Peak signal-to-noise ratio of bytes.</summary>
    /// <param name="original">Samples, 0 to 255.</param>
    /// <param name="reconstruction">As many.</param>
    /// <returns>Decibels; positive infinity for equal samples.</returns>
    /// <exception cref="ArgumentException">There are none, or the lengths differ.</exception>
    public static double Psnr(ReadOnlySpan<byte> original, ReadOnlySpan<byte> reconstruction)
    {
        if (original.Length != reconstruction.Length || original.IsEmpty)
            throw new ArgumentException($"Images of {original.Length} and {reconstruction.Length} bytes cannot be compared; give two images of the same size.", nameof(reconstruction));
        long squares = 0;
        for (var i = 0; i < original.Length; i++)
        {
            var difference = original[i] - reconstruction[i];
            squares += difference * difference;
        }
        return 10 * Math.Log10(White * White * original.Length / squares);
    }

    /// <summary>Structural similarity (Wang et al. 2004): uniform windows of 7 x 7, sample covariance, K1 0.01, K2 0.03, mean of windows and channels.</summary>
    /// <param name="original">The one; 7 x 7 pixels at least.</param>
    /// <param name="reconstruction">The other; of the same size.</param>
    /// <returns>-1 to 1; 1 for equal images.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or a side is shorter than the window.</exception>
    public static double Ssim(RgbImage original, RgbImage reconstruction) => Ssim(original, reconstruction, dataRange: 1);

    /// <summary>Structural similarity as the paper's code reports it: the data range is taken as 2 although samples lie in [0, 1], which makes the value larger than <see cref="Ssim(RgbImage, RgbImage)"/>.</summary>
    /// <param name="original">The one; 7 x 7 pixels at least.</param>
    /// <param name="reconstruction">The other; of the same size.</param>
    /// <returns>-1 to 1; 1 for equal images. For comparisons with the paper's tables only.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or a side is shorter than the window.</exception>
    public static double ReferenceSsim(RgbImage original, RgbImage reconstruction) => Ssim(original, reconstruction, dataRange: 2);

    private static double Ssim(RgbImage original, RgbImage reconstruction, double dataRange)
    {
        RequireSameSize(original, reconstruction);
        if (original.Width < Window || original.Height < Window)
            throw new ArgumentException($"SSIM looks at windows of {Window} x {Window} pixels and the images have {original.Width} x {original.Height}; give larger ones.", nameof(original));
        var (white, stride) = (dataRange * White, original.Width * 3);
        var (c1, c2) = (0.01 * white * (0.01 * white), 0.03 * white * (0.03 * white));
        var columns = new Moments[stride]; // of the last seven rows, channel beside channel
        double sum = 0;
        for (var y = 0; y < original.Height; y++)
        {
            for (var i = 0; i < stride; i++)
            {
                columns[i] += At(y * stride + i);
                if (y >= Window) columns[i] -= At((y - Window) * stride + i);
            }
            if (y < Window - 1) continue;
            for (var channel = 0; channel < 3; channel++)
            {
                var window = default(Moments);
                for (var i = channel; i < stride; i += 3)
                {
                    window += columns[i];
                    if (i >= 3 * Window) window -= columns[i - 3 * Window];
                    if (i >= 3 * (Window - 1)) sum += window.Similarity(c1, c2);
                }
            }
        }
        return sum / (3.0 * (original.Width - Window + 1) * (original.Height - Window + 1));

        Moments At(int i)
        {
            int x = original.Pixels[i], y = reconstruction.Pixels[i];
            return new Moments(x, y, x * x, y * y, x * y);
        }
    }

    /// <summary>Checks that two images can be compared pixel by pixel.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    internal static void RequireSameSize(RgbImage a, RgbImage b)
    {
        if ((a.Width, a.Height) != (b.Width, b.Height))
            throw new ArgumentException($"Images of {a.Width} x {a.Height} and {b.Width} x {b.Height} pixels cannot be compared; give two images of the same size.", nameof(b));
    }

    /// <summary>Sums over pixels of two images: of each, of the squares, of the products.</summary>
    private readonly record struct Moments(int X, int Y, int XX, int YY, int XY)
    {
        public static Moments operator +(Moments a, Moments b) => new(a.X + b.X, a.Y + b.Y, a.XX + b.XX, a.YY + b.YY, a.XY + b.XY);

        public static Moments operator -(Moments a, Moments b) => new(a.X - b.X, a.Y - b.Y, a.XX - b.XX, a.YY - b.YY, a.XY - b.XY);

        /// <summary>SSIM of one whole window.</summary>
        public double Similarity(double c1, double c2)
        {
            double meanX = X / Area, meanY = Y / Area;
            double varianceX = (XX - X * meanX) / (Area - 1), varianceY = (YY - Y * meanY) / (Area - 1), covariance = (XY - X * meanY) / (Area - 1);
            return (2 * meanX * meanY + c1) * (2 * covariance + c2) / ((meanX * meanX + meanY * meanY + c1) * (varianceX + varianceY + c2));
        }
    }
}
