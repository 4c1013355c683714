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

    /// <summary>The pixels of images, one after the other, as models take them.</summary>
    /// <param name="images">Any number.</param>
    public static byte[] Concatenate(IReadOnlyList<RgbImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var all = GC.AllocateUninitializedArray<byte>(images.Sum(i => i.Pixels.Length));
        var at = 0;
        foreach (var image in images)
        {
            image.Pixels.CopyTo(all, at);
            at += image.Pixels.Length;
        }
        return all;
    }

    /// <summary>Composites premultiplied pixels of four bytes over white: p + (255 - alpha).</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="pixels">width * height * 4 bytes, premultiplied by alpha.</param>
    /// <param name="blueFirst">BGRA rather than RGBA.</param>
    public static RgbImage FromPremultiplied(int width, int height, ReadOnlySpan<byte> pixels, bool blueFirst)
    {
        var rgb = GC.AllocateUninitializedArray<byte>(width * height * 3);
        PixelPacking.OverWhite(pixels, blueFirst, rgb);
        return new RgbImage(width, height, rgb);
    }
}
