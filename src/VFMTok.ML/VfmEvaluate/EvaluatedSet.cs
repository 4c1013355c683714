using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Evaluation;
using VFMTok.Imaging;
using VFMTok.ML.Models;

namespace VFMTok.ML;

/// <summary>The images of a column as a set, read once and with no other column active.</summary>
internal sealed class EvaluatedSet
{
    private readonly DataViewSchema.Column _column;

    private EvaluatedSet(DataViewSchema.Column column, ImageSetStatistics statistics) => (_column, Statistics) = (column, statistics);

    public ImageSetStatistics Statistics { get; }

    /// <summary>Pixels of every image before it was resized; 0 = they differ.</summary>
    public (int Width, int Height) Size { get; private set; }

    /// <summary>Whether an image had another size than was asked for.</summary>
    public bool IsCropped { get; private set; }

    /// <summary>Rows without an image.</summary>
    public long Missing { get; private set; }

    /// <summary>What to tell about it.</summary>
    public IEnumerable<string> Cautions => EvaluationText.Missing(Missing, $"image in '{_column.Name}'");

    /// <summary>Reads the column.</summary>
    /// <param name="data">Rows.</param>
    /// <param name="name">Image column, or text column of paths.</param>
    /// <param name="extractor">Sees the images.</param>
    /// <param name="options">What to keep, and how to resize.</param>
    /// <param name="width">Pixels that images are cropped to; 0 = they are taken as they are.</param>
    /// <param name="height">The same.</param>
    /// <exception cref="ArgumentException">The column is missing, has the wrong type or holds no image, or images of several sizes.</exception>
    public static EvaluatedSet Read(IDataView data, string name, FeatureExtractor extractor, VfmGenerationEvaluationOptions options, int width, int height)
    {
        var set = new EvaluatedSet(ImageColumn.Find(data.Schema, name), new ImageSetStatistics(extractor, options.NeighbourhoodLimit));
        options.Report(0);
        foreach (var image in InOrder.Run(set.Begin(data, width, height, options.ResizeTo)))
        {
            RowFault.Name(image.Row, () => set.Statistics.Add(image.Image));
            set.Size = set.Statistics.Count == 1 || set.Size == image.Size ? image.Size : default;
            set.IsCropped |= image.IsCropped;
            options.Report(set.Statistics.Count);
        }
        return set.Statistics.Count > 0 ? set : throw new ArgumentException($"Column '{name}' holds no image to look at; give data with at least two.");
    }

    private IEnumerable<Func<Item>> Begin(IDataView data, int width, int height, int resizeTo)
    {
        using var cursor = data.GetRowCursor([_column]);
        var images = new EvaluatedImages(cursor, _column);
        for (var row = 1L; cursor.MoveNext(); row++)
            if (Begin(row, images, width, height, resizeTo) is { } item) yield return item;
            else Missing++;
    }

    private static Func<Item>? Begin(long row, EvaluatedImages images, int width, int height, int resizeTo)
    {
        var (size, cropped) = ((0, 0), false);
        var read = images.Read(image =>
        {
            var fit = RowFault.Name(row, () => ImageFit.To(image, width, height));
            (size, cropped) = ((fit.Width, fit.Height), fit != image);
            return resizeTo == 0 ? fit : PillowResampling.Resize(fit, resizeTo, resizeTo, ResamplingFilter.Bicubic);
        });
        return read is null ? null : () => new Item(row, read(), size, cropped); // in this order: reading fills in what stands beside the image
    }

    private sealed record Item(long Row, RgbImage Image, (int Width, int Height) Size, bool IsCropped);
}
