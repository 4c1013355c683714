using Microsoft.ML.Data;

namespace VFMTok.ML.Pixels;

/// <summary>An opaque image of RGB bytes, rows top-down.</summary>
internal sealed record RgbImage(int Width, int Height, byte[] Rgb)
{
    /// <summary>Takes the pixels of an ML.NET image. They are premultiplied by alpha there; transparency becomes white.</summary>
    public static RgbImage From(MLImage image) => FromPremultiplied(image.Width, image.Height, image.Pixels, image.PixelFormat == MLPixelFormat.Bgra32);

    /// <summary>Composites premultiplied pixels of four bytes over white: p + (255 - alpha).</summary>
    public static RgbImage FromPremultiplied(int width, int height, ReadOnlySpan<byte> pixels, bool blueFirst)
    {
        var rgb = new byte[width * height * 3];
        var (red, blue) = blueFirst ? (2, 0) : (0, 2);
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3)
        {
            var white = 255 - pixels[from + 3];
            rgb[to] = (byte)Math.Min(pixels[from + red] + white, 255);
            rgb[to + 1] = (byte)Math.Min(pixels[from + 1] + white, 255);
            rgb[to + 2] = (byte)Math.Min(pixels[from + blue] + white, 255);
        }
        return new RgbImage(width, height, rgb);
    }

    /// <summary>The reference's centre crop: box-halve while twice too large, bicubic to the shorter side, cut the middle.</summary>
    /// <param name="size">Side, pixels.</param>
    /// <param name="target">size * size * 3 bytes to fill.</param>
    public void CenterCrop(int size, Span<byte> target) => Scaled(size).Cut(size, null, target);

    /// <summary>The reference's random crop and mirroring.</summary>
    /// <param name="size">Side, pixels.</param>
    /// <param name="minimumCrop">Smallest crop as a share of the shorter side.</param>
    /// <param name="flip">Whether half of the images are mirrored.</param>
    /// <param name="random">Source of place, scale and mirroring.</param>
    /// <param name="target">size * size * 3 bytes to fill.</param>
    public void RandomCrop(int size, double minimumCrop, bool flip, Random random, Span<byte> target)
    {
        Scaled(random.Next(size, (int)Math.Ceiling(size / minimumCrop) + 1)).Cut(size, random, target);
        if (!flip || random.NextDouble() >= 0.5) return;
        for (var y = 0; y < size; y++)
            for (int left = 0, right = size - 1; left < right; left++, right--)
                for (var c = 0; c < 3; c++)
                    (target[(y * size + left) * 3 + c], target[(y * size + right) * 3 + c]) = (target[(y * size + right) * 3 + c], target[(y * size + left) * 3 + c]);
    }

    /// <summary>Scales the shorter side to <paramref name="side"/>.</summary>
    public RgbImage Scaled(int side)
    {
        var image = this;
        while (Math.Min(image.Width, image.Height) >= 2 * side) image = PillowResize.Box(image, image.Width / 2, image.Height / 2);
        var scale = side / (double)Math.Min(image.Width, image.Height);
        return PillowResize.Bicubic(image, Math.Max(side, (int)Math.Round(image.Width * scale)), Math.Max(side, (int)Math.Round(image.Height * scale)));
    }

    private void Cut(int size, Random? random, Span<byte> target)
    {
        var top = random?.Next(Height - size + 1) ?? (Height - size) / 2; // the reference draws y first
        var left = random?.Next(Width - size + 1) ?? (Width - size) / 2;
        for (var y = 0; y < size; y++) Rgb.AsSpan(((top + y) * Width + left) * 3, size * 3).CopyTo(target[(y * size * 3)..]);
    }
}
