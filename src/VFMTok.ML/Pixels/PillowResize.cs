namespace VFMTok.ML.Pixels;

/// <summary>Pillow's resampling of byte images, bit for bit: integer weights, horizontal pass first, each pass rounded to bytes.</summary>
internal static class PillowResize
{
    private const int Precision = 22;

    public static RgbImage Bicubic(RgbImage image, int width, int height) => Resize(image, width, height, 2, Cubic);

    public static RgbImage Box(RgbImage image, int width, int height) => Resize(image, width, height, 0.5, t => t is > -0.5 and <= 0.5 ? 1 : 0);

    private static double Cubic(double t)
    {
        const double A = -0.5;
        t = Math.Abs(t);
        return t < 1 ? ((A + 2) * t - (A + 3)) * t * t + 1 : t < 2 ? (((t - 5) * t + 8) * t - 4) * A : 0;
    }

    private static RgbImage Resize(RgbImage image, int width, int height, double support, Func<double, double> filter)
    {
        var (rgb, w, h) = (image.Rgb, image.Width, image.Height);
        if (width != w)
        {
            var next = new byte[width * h * 3];
            var taps = Taps(w, width, support, filter);
            for (var y = 0; y < h; y++)
                for (var x = 0; x < width; x++) Sum(rgb, y * w * 3, 3, taps[x], next.AsSpan((y * width + x) * 3, 3));
            (rgb, w) = (next, width);
        }
        if (height != h)
        {
            var next = new byte[w * height * 3];
            var taps = Taps(h, height, support, filter);
            for (var y = 0; y < height; y++)
                for (var x = 0; x < w; x++) Sum(rgb, x * 3, w * 3, taps[y], next.AsSpan((y * w + x) * 3, 3));
            (rgb, h) = (next, height);
        }
        return new RgbImage(w, h, rgb);
    }

    private static void Sum(byte[] from, int start, int stride, (int First, int[] Weights) taps, Span<byte> pixel)
    {
        int r = 1 << (Precision - 1), g = r, b = r;
        var at = start + taps.First * stride;
        foreach (var weight in taps.Weights)
        {
            r += weight * from[at];
            g += weight * from[at + 1];
            b += weight * from[at + 2];
            at += stride;
        }
        pixel[0] = (byte)Math.Clamp(r >> Precision, 0, 255);
        pixel[1] = (byte)Math.Clamp(g >> Precision, 0, 255);
        pixel[2] = (byte)Math.Clamp(b >> Precision, 0, 255);
    }

    private static (int First, int[] Weights)[] Taps(int input, int output, double support, Func<double, double> filter)
    {
        var scale = (double)input / output;
        var stretch = Math.Max(scale, 1);
        return [.. Enumerable.Range(0, output).Select(i =>
        {
            var center = (i + 0.5) * scale;
            var low = Math.Max((int)(center - support * stretch + 0.5), 0);
            var high = Math.Min((int)(center + support * stretch + 0.5), input);
            var weights = Enumerable.Range(low, high - low).Select(j => filter((j - center + 0.5) / stretch)).ToArray();
            var sum = weights.Sum();
            return (low, weights.Select(v => Fixed(v / sum)).ToArray());
        })];

        static int Fixed(double weight) => (int)(weight * (1 << Precision) + (weight < 0 ? -0.5 : 0.5));
    }
}
