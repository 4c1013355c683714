namespace VFMTok.Imaging;

/// <summary>The reference's crops (spec 8.1.2): box-halve while twice too large, bicubic to the shorter side, cut a square.</summary>
public static class Crops
{
    /// <summary>The middle of an image.</summary>
    /// <param name="image">Any size.</param>
    /// <param name="size">Side of the result, pixels.</param>
    /// <exception cref="ArgumentException">The image is absurdly elongated.</exception>
    public static RgbImage CenterCrop(RgbImage image, int size)
    {
        var scaled = Scale(image, size);
        return Cut(scaled, size, (scaled.Height - size) / 2, (scaled.Width - size) / 2);
    }

    /// <summary>A random square: random scale, then random place.</summary>
    /// <param name="image">Any size.</param>
    /// <param name="size">Side of the result, pixels.</param>
    /// <param name="random">Source of the three draws.</param>
    /// <param name="minimumFraction">Smallest share of the shorter side, in (0, 1].</param>
    public static RgbImage RandomCrop(RgbImage image, int size, Random random, double minimumFraction = 0.8)
    {
        var scaled = Scale(image, random.Next(size, (int)Math.Ceiling(size / minimumFraction) + 1));
        var top = random.Next(scaled.Height - size + 1); // the reference draws y first
        return Cut(scaled, size, top, random.Next(scaled.Width - size + 1));
    }

    /// <summary>Scales so that the shorter side has the given length; the longer one is rounded half to even, as Python rounds.</summary>
    public static RgbImage Scale(RgbImage image, int shorter)
    {
        while (Math.Min(image.Width, image.Height) >= 2 * shorter) image = PillowResampling.Resize(image, image.Width / 2, image.Height / 2, ResamplingFilter.Box);
        var scale = shorter / (double)Math.Min(image.Width, image.Height);
        return PillowResampling.Resize(image, Round(image.Width), Round(image.Height), ResamplingFilter.Bicubic);

        int Round(int side) => Math.Max(shorter, (int)Math.Min(Math.Round(side * scale, MidpointRounding.ToEven), int.MaxValue));
    }

    /// <summary>Mirrors left and right.</summary>
    public static RgbImage FlipHorizontal(RgbImage image)
    {
        var pixels = new byte[image.Pixels.Length];
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < image.Width; x++)
                image.Pixels.AsSpan((y * image.Width + x) * 3, 3).CopyTo(pixels.AsSpan((y * image.Width + image.Width - 1 - x) * 3));
        return new RgbImage(image.Width, image.Height, pixels);
    }

    internal static RgbImage Cut(RgbImage image, int size, int top, int left)
    {
        if (image.Width == size && image.Height == size) return image;
        var pixels = new byte[size * size * 3];
        for (var y = 0; y < size; y++) image.Pixels.AsSpan(((top + y) * image.Width + left) * 3, size * 3).CopyTo(pixels.AsSpan(y * size * 3));
        return new RgbImage(size, size, pixels);
    }
}
