using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Imaging;
using VFMTok.ML.Batching;
using VFMTok.ML.Models;

namespace VFMTok.ML;

/// <summary>The images of a column under a cursor.</summary>
internal sealed class EvaluatedImages
{
    public const string AllowedImages = "Image";

    private readonly ValueGetter<MLImage>? _getImage;
    private readonly ValueGetter<ReadOnlyMemory<char>>? _getPath;
    private readonly bool _isOwned; // every call of this library's getters makes a new image, while one of the user's rows must live on
    private MLImage _handedBack = null!; // goes back at the next row, so that the step before can free or reuse it: ML.NET's convention

    public EvaluatedImages(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        if (column.Type is TextDataViewType) _getPath = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        else (_getImage, _isOwned) = (cursor.GetGetter<MLImage>(column), cursor is BatchCursor);
    }

    /// <summary>Reads the image of the current row.</summary>
    /// <param name="fit">Crops it: at once if it is an image, so that no large one is kept, or when a file has been decoded.</param>
    /// <returns>Gives the image, on any thread, after the cursor has moved on too; null = there is none.</returns>
    public Func<RgbImage>? Read(Func<RgbImage, RgbImage> fit)
    {
        if (_getPath is not null)
        {
            ReadOnlyMemory<char> value = default;
            _getPath(ref value);
            var path = value.ToString();
            return path.Length == 0 ? null : () => fit(ImageDecoder.Decode(path));
        }
        _getImage!(ref _handedBack);
        if (_handedBack is null) return null;
        var image = fit(OpaqueImage.From(_handedBack));
        if (_isOwned) Free();
        return () => image;
    }

    private void Free()
    {
        _handedBack.Dispose();
        _handedBack = null!;
    }
}
