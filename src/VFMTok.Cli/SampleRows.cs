using VFMTok.Imaging;

namespace VFMTok.Cli;

/// <summary>The first images of a set, by their classes if they have any.</summary>
internal sealed class SampleRows
{
    private const int Rows = 10, Columns = 8, LongestName = 20;

    private readonly OrderedDictionary<string, List<RgbImage>> _rows = [];

    /// <summary>Takes an image, if there is room; as long as there is one class, for all rows.</summary>
    public void Add(EvaluatedImage image)
    {
        if (!_rows.TryGetValue(image.Label, out var row))
        {
            if (_rows.Count == Rows) return;
            _rows[image.Label] = row = [];
        }
        if (row.Count < (_rows.Count == 1 ? Rows * Columns : Columns)) row.Add(ReportPictures.Thumbnail(image.Image!));
    }

    /// <summary>A row for each class, or rows of all.</summary>
    public RgbImage ToGrid() => _rows.Count == 1 ? ReportPictures.Grid([.. _rows.GetAt(0).Value.Chunk(Columns)], [])
        : ReportPictures.Grid([.. _rows.Values.Select(r => r.Take(Columns).ToArray())], [.. _rows.Keys.Select(Short)]);

    private static string Short(string name) => name.Length <= LongestName ? name : name[..LongestName];
}
