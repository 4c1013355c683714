using VFMTok.Imaging;

namespace VFMTok.ML;

/// <summary>Brings an image to the size of what it is compared with.</summary>
internal static class ImageFit
{
    /// <summary>The image itself if it has the size, else its middle as <c>VfmTokenize</c> cuts it (spec 8.1.2).</summary>
    /// <param name="image">Any size.</param>
    /// <param name="width">Pixels; 0 = images are taken as they are.</param>
    /// <param name="height">Pixels.</param>
    /// <exception cref="ArgumentException">Another size is asked for that is no square.</exception>
    public static RgbImage To(RgbImage image, int width, int height)
    {
        if (width == 0 || (image.Width, image.Height) == (width, height)) return image;
        if (width == height) return Crops.CenterCrop(image, width);
        throw new ArgumentException($"The image has {image.Width} x {image.Height} pixels and is to be compared with one of {width} x {height}; squares are cut out only, so give both in one size.");
    }
}
