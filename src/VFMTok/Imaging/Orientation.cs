using SkiaSharp;

namespace VFMTok.Imaging;

/// <summary>Turns and mirrors an image as its EXIF orientation asks.</summary>
internal static class Orientation
{
    public static RgbImage Apply(RgbImage image, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default) return image;
        var swapped = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var (width, height) = swapped ? (image.Height, image.Width) : (image.Width, image.Height);
        var (right, bottom) = (image.Width - 1, image.Height - 1);
        var pixels = new byte[image.Pixels.Length];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var (sx, sy) = origin switch // where the pixel shown at (x, y) is stored
                {
                    SKEncodedOrigin.TopRight => (right - x, y),
                    SKEncodedOrigin.BottomRight => (right - x, bottom - y),
                    SKEncodedOrigin.BottomLeft => (x, bottom - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, bottom - x),
                    SKEncodedOrigin.RightBottom => (right - y, bottom - x),
                    _ => (right - y, x), // LeftBottom
                };
                image.Pixels.AsSpan((sy * image.Width + sx) * 3, 3).CopyTo(pixels.AsSpan((y * width + x) * 3));
            }
        return new RgbImage(width, height, pixels);
    }
}
