using Microsoft.ML.Data;
using VFMTok.Imaging;

namespace VFMTok.ML.Models;

/// <summary>ML.NET images to the library's.</summary>
internal static class OpaqueImage
{
    /// <summary>Copies the pixels of an ML.NET image. They are premultiplied by alpha there, in either order of colours; transparency becomes white.</summary>
    public static RgbImage From(MLImage image) => RgbImage.FromPremultiplied(image.Width, image.Height, image.Pixels, image.PixelFormat == MLPixelFormat.Bgra32);
}
