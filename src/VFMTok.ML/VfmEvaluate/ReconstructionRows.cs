using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Imaging;
using VFMTok.ML.Models;

namespace VFMTok.ML;

/// <summary>Rows of originals and reconstructions, read once, with the needed columns active only.</summary>
internal sealed class ReconstructionRows
{
    private readonly IDataView _data;
    private readonly DataViewSchema.Column _original, _reconstruction;
    private readonly CodeColumn? _codes;

    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    public ReconstructionRows(IDataView data, string original, string reconstruction, CodeColumn? codes)
    {
        (_data, _codes) = (data, codes);
        _original = ImageColumn.Find(data.Schema, original);
        _reconstruction = Columns.Find(data.Schema, reconstruction, EvaluatedImages.AllowedImages, type => ImageColumn.Fits(type) && type is not TextDataViewType);
    }

    /// <summary>Rows so far that have neither image.</summary>
    public long Missing { get; private set; }

    /// <summary>Rows with both.</summary>
    /// <exception cref="ArgumentException">A row has one image alone, or two that cannot be compared, or tokens that there are not.</exception>
    public IEnumerable<Pair> Read() => InOrder.Run(Begin());

    private IEnumerable<Func<Pair>> Begin()
    {
        using var cursor = _data.GetRowCursor(_codes is null ? [_original, _reconstruction] : [_original, _reconstruction, _codes.Column]);
        var (originals, reconstructions, readCodes) = (new EvaluatedImages(cursor, _original), new EvaluatedImages(cursor, _reconstruction), _codes?.Reader(cursor));
        for (var row = 1L; cursor.MoveNext(); row++)
            if (Begin(row, originals, reconstructions, readCodes) is { } pair) yield return pair;
            else Missing++;
    }

    private Func<Pair>? Begin(long row, EvaluatedImages originals, EvaluatedImages reconstructions, Func<long, int[]>? readCodes)
    {
        var reconstruction = reconstructions.Read(image => image)?.Invoke();
        var cropped = false;
        var original = originals.Read(image =>
        {
            if (reconstruction is null) return image;
            var fit = RowFault.Name(row, () => ImageFit.To(image, reconstruction.Width, reconstruction.Height));
            cropped = fit != image;
            return fit;
        });
        if (original is null && reconstruction is null) return null;
        if (original is null || reconstruction is null)
        {
            var (there, gone) = original is null ? (_reconstruction, _original) : (_original, _reconstruction);
            throw new ArgumentException($"Row {row}: there is an image in column '{there.Name}' and none in '{gone.Name}'; give both, or leave the row out.");
        }
        var codes = readCodes?.Invoke(row) ?? [];
        return () => new Pair(row, original(), reconstruction, codes, cropped); // in this order: the original says whether it was cropped
    }

    /// <summary>Two images of one size.</summary>
    /// <param name="Row">Number, from 1.</param>
    /// <param name="Original">Cropped to the size of the reconstruction.</param>
    /// <param name="Reconstruction">As it is.</param>
    /// <param name="Codes">Those that are not missing.</param>
    /// <param name="IsCropped">Whether the original had another size.</param>
    public sealed record Pair(long Row, RgbImage Original, RgbImage Reconstruction, int[] Codes, bool IsCropped);
}
