namespace VFMTok.Imaging;

/// <summary>The reference's crops (spec 8.1.2): box-halve while twice too large, bicubic to the shorter side, cut a square.</summary>
public static class Crops
{
    private const int LargestSide = 16384;

    /// <summary>The middle of an image.</summary>
    /// <param name="image">Any size.</param>
    /// <param name="size">Side of the result, pixels, 1 to 16384.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of its range.</exception>
    public static RgbImage CenterCrop(RgbImage image, int size)
    {
        var (halved, width, height) = Halve(image, Side(size, nameof(size)));
        return PillowResampling.Window(halved, width, height, ResamplingFilter.Bicubic, (width - size) / 2, (height - size) / 2, size, size);
    }

    /// <summary>A random square: random scale, then random place.</summary>
    /// <param name="image">Any size.</param>
    /// <param name="size">Side of the result, pixels, 1 to 16384.</param>
    /// <param name="random">Source of the three draws.</param>
    /// <param name="minimumFraction">Smallest share of the shorter side, in (0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The size or the fraction is out of its range.</exception>
    public static RgbImage RandomCrop(RgbImage image, int size, Random random, double minimumFraction = 0.8)
    {
        if (!(minimumFraction > 0 && minimumFraction <= 1))
            throw new ArgumentOutOfRangeException(nameof(minimumFraction), $"The smallest fraction of a crop is {minimumFraction}; allowed are values above 0 and up to 1: 0.8 is usual.");
        var largest = (int)Math.Min(Math.Ceiling(Side(size, nameof(size)) / minimumFraction), int.MaxValue - 1);
        var (halved, width, height) = Halve(image, random.Next(size, largest + 1));
        var top = random.Next(height - size + 1); // the reference draws y first
        return PillowResampling.Window(halved, width, height, ResamplingFilter.Bicubic, random.Next(width - size + 1), top, size, size);
    }

    /// <summary>Scales so that the shorter side has the given length; the longer one is rounded half to even, as Python rounds.</summary>
    /// <param name="image">Any size.</param>
    /// <param name="shorter">Shorter side of the result, pixels, 1 to 16384.</param>
    /// <exception cref="ArgumentException">The result would be absurdly large, or <paramref name="shorter"/> is out of its range.</exception>
    public static RgbImage Scale(RgbImage image, int shorter)
    {
        var (halved, width, height) = Halve(image, Side(shorter, nameof(shorter)));
        return PillowResampling.Resize(halved, width, height, ResamplingFilter.Bicubic);
    }

    /// <summary>Halves an image while it is twice too large for every crop of up to the given side: the crops come out the same bit for bit, from less memory.</summary>
    /// <param name="image">Any size.</param>
    /// <param name="largest">Largest side that will be asked for, pixels, positive. A random crop's is its size over its smallest fraction, rounded up.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="largest"/> is not positive.</exception>
    public static RgbImage Shrink(RgbImage image, int largest)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(largest);
        while (Math.Min(image.Width, image.Height) >= 2L * largest) image = PillowResampling.Resize(image, image.Width / 2, image.Height / 2, ResamplingFilter.Box);
        return image;
    }

    // Halved while twice too large, and the size that the bicubic step would give it.
    private static (RgbImage Image, int Width, int Height) Halve(RgbImage image, int shorter)
    {
        image = Shrink(image, shorter);
        var scale = shorter / (double)Math.Min(image.Width, image.Height);
        return (image, Round(image.Width), Round(image.Height));

        int Round(int side) => (int)Math.Min(Math.Round(side * scale, MidpointRounding.ToEven), int.MaxValue - 1);
    }

    private static int Side(int size, string name) =>
        size is > 0 and <= LargestSide ? size : throw new ArgumentOutOfRangeException(name, $"The side of a crop is {size}; allowed are 1 to {LargestSide} pixels.");

    /// <summary>Mirrors left and right.</summary>
    public static RgbImage FlipHorizontal(RgbImage image)
    {
        var pixels = new byte[image.Pixels.Length];
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < image.Width; x++)
                image.Pixels.AsSpan((y * image.Width + x) * 3, 3).CopyTo(pixels.AsSpan((y * image.Width + image.Width - 1 - x) * 3));
        return new RgbImage(image.Width, image.Height, pixels);
    }
}
