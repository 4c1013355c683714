namespace VFMTok.Imaging;

/// <summary>Gaussian blur of byte images; the border is mirrored.</summary>
internal static class GaussianBlur
{
    /// <summary>Blurs.</summary>
    /// <param name="image">Any size.</param>
    /// <param name="sigma">Standard deviation, pixels, positive; the kernel ends at three of them.</param>
    public static RgbImage Apply(RgbImage image, double sigma)
    {
        var kernel = Kernel(sigma);
        var (width, height) = (image.Width, image.Height);
        var across = new float[width * height * 3];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var k = 0; k < kernel.Length; k++)
                {
                    var (from, to) = ((y * width + Mirror(x + k - kernel.Length / 2, width)) * 3, (y * width + x) * 3);
                    for (var c = 0; c < 3; c++) across[to + c] += kernel[k] * image.Pixels[from + c];
                }
        var pixels = new byte[across.Length];
        var row = new float[width * 3];
        for (var y = 0; y < height; y++)
        {
            Array.Fill(row, 0.5f); // rounds
            for (var k = 0; k < kernel.Length; k++)
            {
                var from = across.AsSpan(Mirror(y + k - kernel.Length / 2, height) * row.Length, row.Length);
                for (var i = 0; i < row.Length; i++) row[i] += kernel[k] * from[i];
            }
            for (var i = 0; i < row.Length; i++) pixels[y * row.Length + i] = (byte)Math.Clamp(row[i], 0, 255);
        }
        return new RgbImage(width, height, pixels);
    }

    private static float[] Kernel(double sigma)
    {
        var radius = Math.Max(1, (int)Math.Ceiling(3 * sigma));
        var weights = Enumerable.Range(-radius, 2 * radius + 1).Select(i => Math.Exp(-i * i / (2 * sigma * sigma))).ToArray();
        var sum = weights.Sum();
        return Array.ConvertAll(weights, w => (float)(w / sum));
    }

    private static int Mirror(int i, int size)
    {
        if (size == 1) return 0;
        while (i < 0 || i >= size) i = i < 0 ? -i : 2 * (size - 1) - i;
        return i;
    }
}
