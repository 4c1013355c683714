namespace VFMTok.Imaging;

/// <summary>An opaque image of 8-bit RGB, rows top-down.</summary>
public sealed class RgbImage
{
    /// <summary>Takes over the pixels.</summary>
    /// <param name="width">Pixels, positive.</param>
    /// <param name="height">Pixels, positive.</param>
    /// <param name="pixels">width * height * 3 bytes.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        if (width < 1 || height < 1 || pixels.Length != (long)width * height * 3)
            throw new ArgumentException($"An image of {width} x {height} pixels cannot have {pixels.Length} bytes; three are needed for each pixel.", nameof(pixels));
        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Width * Height * 3 bytes.</summary>
    public byte[] Pixels { get; }

    /// <summary>Composites premultiplied pixels of four bytes over white: p + (255 - alpha).</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="pixels">width * height * 4 bytes, premultiplied by alpha.</param>
    /// <param name="blueFirst">BGRA rather than RGBA.</param>
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
}
