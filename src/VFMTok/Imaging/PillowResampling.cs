namespace VFMTok.Imaging;

/// <summary>Kernel of a resize.</summary>
public enum ResamplingFilter
{
    /// <summary>Keys' cubic, a = -0.5, antialiased.</summary>
    Bicubic,
    /// <summary>Mean of the covered pixels.</summary>
    Box,
}

/// <summary>Pillow's resampling of byte images, bit for bit (spec 8.1.3): integer weights, horizontal pass first, each pass rounded to bytes.</summary>
public static class PillowResampling
{
    private const int Precision = 22;
    private const long MaximumPixels = 400_000_000;

    /// <summary>Resizes.</summary>
    /// <param name="image">Source.</param>
    /// <param name="width">Pixels, positive.</param>
    /// <param name="height">Pixels, positive.</param>
    /// <param name="filter">Kernel.</param>
    /// <returns>A new image, or the same one if nothing changes.</returns>
    /// <exception cref="ArgumentException">The size is not positive or absurd.</exception>
    public static RgbImage Resize(RgbImage image, int width, int height, ResamplingFilter filter)
    {
        if (width < 1 || height < 1 || (long)width * height > MaximumPixels || (long)width * image.Height > MaximumPixels)
            throw new ArgumentException($"An image cannot be resized to {width} x {height}; allowed are positive sides and at most {MaximumPixels} pixels: use an image that is less elongated.");
        var (pixels, w, h) = (image.Pixels, image.Width, image.Height);
        if (width != w)
        {
            var next = new byte[width * h * 3];
            var taps = Taps(w, width, filter);
            for (var y = 0; y < h; y++)
                for (var x = 0; x < width; x++) Sum(pixels, y * w * 3, 3, taps[x], next.AsSpan((y * width + x) * 3, 3));
            (pixels, w) = (next, width);
        }
        if (height != h)
        {
            var next = new byte[w * height * 3];
            var taps = Taps(h, height, filter);
            var sums = new int[3 * w];
            for (var y = 0; y < height; y++) SumRows(pixels, taps[y], sums, next.AsSpan(y * 3 * w, 3 * w));
            (pixels, h) = (next, height);
        }
        return ReferenceEquals(pixels, image.Pixels) ? image : new RgbImage(w, h, pixels);
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

    // The vertical pass, a whole row at a time.
    private static void SumRows(byte[] from, (int First, int[] Weights) taps, int[] sums, Span<byte> row)
    {
        Array.Fill(sums, 1 << (Precision - 1));
        for (var t = 0; t < taps.Weights.Length; t++)
        {
            var (weight, source) = (taps.Weights[t], (taps.First + t) * sums.Length);
            for (var i = 0; i < sums.Length; i++) sums[i] += weight * from[source + i];
        }
        for (var i = 0; i < sums.Length; i++) row[i] = (byte)Math.Clamp(sums[i] >> Precision, 0, 255);
    }

    private static (int First, int[] Weights)[] Taps(int input, int output, ResamplingFilter filter)
    {
        var scale = (double)input / output;
        var stretch = Math.Max(scale, 1);
        var support = (filter == ResamplingFilter.Bicubic ? 2 : 0.5) * stretch;
        var taps = new (int, int[])[output];
        for (var i = 0; i < output; i++)
        {
            var center = (i + 0.5) * scale;
            var low = Math.Max((int)(center - support + 0.5), 0);
            var high = Math.Min((int)(center + support + 0.5), input);
            var weights = new double[high - low];
            for (var j = low; j < high; j++) weights[j - low] = Weight((j - center + 0.5) / stretch, filter);
            var sum = weights.Sum();
            taps[i] = (low, Array.ConvertAll(weights, w => Fixed(w / sum)));
        }
        return taps;

        static int Fixed(double weight) => (int)(weight * (1 << Precision) + (weight < 0 ? -0.5 : 0.5));
    }

    private static double Weight(double t, ResamplingFilter filter)
    {
        const double A = -0.5;
        if (filter == ResamplingFilter.Box) return t is > -0.5 and <= 0.5 ? 1 : 0;
        t = Math.Abs(t);
        return t < 1 ? ((A + 2) * t - (A + 3)) * t * t + 1 : t < 2 ? (((t - 5) * t + 8) * t - 4) * A : 0;
    }
}
