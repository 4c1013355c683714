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

/// <summary>The first images of a set, by their classes if they have any.</summary>
internal sealed class SampleRows
{
    private const int Rows = 10, Columns = 8, LongestName = 20;

    private readonly OrderedDictionary<string, List<RgbImage>> _rows = [];

    /// <summary>Takes an image, if there is room.</summary>
    public void Add(EvaluatedImage image)
    {
        if (!_rows.TryGetValue(image.Label, out var row))
        {
            if (_rows.Count == Rows) return;
            _rows[image.Label] = row = [];
        }
        if (row.Count < (image.Label.Length > 0 ? Columns : Rows * Columns)) row.Add(ReportPictures.Thumbnail(image.Image!));
    }

    /// <summary>A row for each class, or rows of all.</summary>
    public RgbImage ToGrid() => _rows.Count == 1 ? ReportPictures.Grid([.. _rows.GetAt(0).Value.Chunk(Columns)], [])
        : ReportPictures.Grid([.. _rows.Values.Select(r => r.ToArray())], [.. _rows.Keys.Select(Short)]);

    private static string Short(string name) => name.Length <= LongestName ? name : name[..LongestName];
}
