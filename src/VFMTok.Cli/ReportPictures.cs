using VFMTok.Imaging;

namespace VFMTok.Cli;

/// <summary>Pictures of an evaluation in bounded memory and size.</summary>
internal static class ReportPictures
{
    private const int LargestSide = 128, SmallSide = 64;

    /// <summary>An image as it is kept for a picture of many: at most 128 pixels wide, a square.</summary>
    public static RgbImage Thumbnail(RgbImage image)
    {
        var side = Math.Min(Math.Min(image.Width, image.Height), LargestSide);
        return image.Width == side && image.Height == side ? image : Crops.CenterCrop(image, side);
    }

    /// <summary>Rows of thumbnails; small ones are enlarged.</summary>
    public static RgbImage Grid(IReadOnlyList<RgbImage[]> rows, IReadOnlyList<string> labels, int groupColumns = 1) => ImageGrid.Compose(rows, labels, Zoom(rows[0][0]), groupColumns);

    /// <summary>Two thumbnails side by side.</summary>
    public static RgbImage Pair(RgbImage left, RgbImage right) => Grid([[left, right]], [], groupColumns: 2);

    private static int Zoom(RgbImage image) => image.Width <= SmallSide ? 2 : 1;
}
