using SkiaSharp;
using VFMTok.Runtime;

namespace VFMTok.Imaging;

/// <summary>Writes images as PNG.</summary>
public static class ImageWriter
{
    /// <summary>Writes a file; an old one is replaced only when everything has been written.</summary>
    /// <exception cref="IOException">The folder does not exist or cannot be written.</exception>
    public static void SavePng(RgbImage image, string path)
    {
        using var bitmap = ToBitmap(image);
        using var encoded = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, encoded.SaveTo);
    }

    /// <summary>The bytes of a PNG file.</summary>
    internal static byte[] ToPng(RgbImage image)
    {
        using var bitmap = ToBitmap(image);
        using var encoded = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return encoded.ToArray();
    }

    /// <summary>A copy of an image's pixels for Skia.</summary>
    internal static SKBitmap ToBitmap(RgbImage image)
    {
        var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        unsafe
        {
            var pixels = new Span<byte>((void*)bitmap.GetPixels(), bitmap.ByteCount);
            for (int i = 0, o = 0; i < image.Pixels.Length; i += 3, o += 4)
            {
                image.Pixels.AsSpan(i, 3).CopyTo(pixels[o..]);
                pixels[o + 3] = 255;
            }
        }
        return bitmap;
    }
}
