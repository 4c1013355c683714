namespace VFMTok.Imaging;

/// <summary>Ten crops of an image, as generators on ImageNet are usually trained with (spec 10.1): corners and middle of a square somewhat too large, and the same of its mirror image.</summary>
public static class TenCrop
{
    /// <summary>Top left, top right, bottom left, bottom right and middle; then the same five places of the mirror image, so that the sixth crop is the mirror image of the second.</summary>
    /// <param name="image">Any size.</param>
    /// <param name="size">Side of the crops, pixels.</param>
    /// <param name="scale">Side of the square that they are cut from, as a multiple of theirs (rounded down): 1.1 is usual, 1.05 the narrower set.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is below 1, or a side is out of its range.</exception>
    public static IReadOnlyList<RgbImage> Of(RgbImage image, int size, double scale)
    {
        if (!(scale is >= 1 and <= 100)) throw new ArgumentOutOfRangeException(nameof(scale), $"The scale of ten crops is {scale}; allowed are 1 to 100: 1.1 and 1.05 are usual.");
        var square = Crops.CenterCrop(image, (int)(size * scale));
        return [.. Five(square, size), .. Five(Crops.FlipHorizontal(square), size)];
    }

    private static IEnumerable<RgbImage> Five(RgbImage square, int size)
    {
        var far = square.Width - size;
        var middle = (int)Math.Round(far / 2.0, MidpointRounding.ToEven); // as Python rounds
        foreach (var (left, top) in new[] { (0, 0), (far, 0), (0, far), (far, far), (middle, middle) }) yield return Cut(square, left, top, size);
    }

    private static RgbImage Cut(RgbImage image, int left, int top, int size)
    {
        var pixels = new byte[size * size * 3];
        for (var y = 0; y < size; y++) image.Pixels.AsSpan(((top + y) * image.Width + left) * 3, size * 3).CopyTo(pixels.AsSpan(y * size * 3));
        return new RgbImage(size, size, pixels);
    }
}
