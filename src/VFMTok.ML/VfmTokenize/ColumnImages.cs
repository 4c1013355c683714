using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.ML.Models;
using VFMTok.ML.Pixels;
using VFMTok.Training;

namespace VFMTok.ML;

/// <summary>The training images of a column: paths are kept and decoded when needed; images are kept as pixels, no larger than training can use.</summary>
internal sealed class ColumnImages : ITrainingImages
{
    private readonly List<Func<RgbImage>> _images = [];
    private readonly TokenizerTrainingOptions _options;

    public ColumnImages(IDataView data, string name, TokenizerTrainingOptions options)
    {
        _options = options;
        var column = ImageColumn.Find(data.Schema, name);
        using var cursor = data.GetRowCursor([column]);
        if (column.Type is TextDataViewType) ReadPaths(cursor, cursor.GetGetter<ReadOnlyMemory<char>>(column));
        else ReadImages(cursor, cursor.GetGetter<MLImage>(column));
        if (_images.Count == 0) throw new ArgumentException($"Column '{name}' holds no image to train on; give data with at least one.");
    }

    public int Count => _images.Count;

    public void Read(int index, int size, Random? augmentation, Span<byte> rgb)
    {
        var image = _images[index]();
        if (augmentation is null) image.CenterCrop(size, rgb);
        else image.RandomCrop(size, _options.MinimumCrop, _options.Flip, augmentation, rgb);
    }

    private void ReadPaths(DataViewRowCursor cursor, ValueGetter<ReadOnlyMemory<char>> get)
    {
        ReadOnlyMemory<char> value = default;
        while (cursor.MoveNext())
        {
            get(ref value);
            var path = value.ToString();
            if (path.Length > 0) _images.Add(() => ImageFile.Read(path));
        }
    }

    private void ReadImages(DataViewRowCursor cursor, ValueGetter<MLImage> get)
    {
        var largest = (int)Math.Ceiling(_options.Config.ImageSize / _options.MinimumCrop);
        MLImage value = null!;
        while (cursor.MoveNext())
        {
            get(ref value!);
            if (value is null) continue;
            var image = RgbImage.From(value);
            if (Math.Min(image.Width, image.Height) > largest) image = image.Scaled(largest);
            _images.Add(() => image);
        }
    }
}
