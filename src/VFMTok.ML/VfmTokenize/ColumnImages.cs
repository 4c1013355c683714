using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Imaging;
using VFMTok.ML.Models;
using VFMTok.Training;

namespace VFMTok.ML;

/// <summary>The training images of a column: files are decoded when needed and kept while memory allows; images are kept as pixels, no larger than training can use.</summary>
internal sealed class ColumnImages : ITrainingImages
{
    private const long CacheBytes = 512L << 20;

    private readonly List<string?> _paths = [];
    private readonly List<RgbImage?> _images = [];
    private readonly TokenizerTrainingOptions _options;
    private long _cached;

    /// <exception cref="ArgumentException">The column holds no image.</exception>
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
        var image = _images[index] ?? Decode(index);
        if (augmentation is null)
        {
            Crops.CenterCrop(image, size).Pixels.CopyTo(rgb);
            return;
        }
        var crop = Crops.RandomCrop(image, size, augmentation, _options.MinimumCrop);
        if (_options.Flip && augmentation.NextDouble() < 0.5) crop = Crops.FlipHorizontal(crop);
        crop.Pixels.CopyTo(rgb);
    }

    private RgbImage Decode(int index)
    {
        var image = ImageDecoder.Decode(_paths[index]!);
        if (Interlocked.Add(ref _cached, image.Pixels.Length) <= CacheBytes) _images[index] = image;
        else Interlocked.Add(ref _cached, -image.Pixels.Length);
        return image;
    }

    private void ReadPaths(DataViewRowCursor cursor, ValueGetter<ReadOnlyMemory<char>> get)
    {
        ReadOnlyMemory<char> value = default;
        while (cursor.MoveNext())
        {
            get(ref value);
            if (value.IsEmpty) continue;
            _paths.Add(value.ToString());
            _images.Add(null);
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
            var image = OpaqueImage.From(value);
            _paths.Add(null);
            _images.Add(Math.Min(image.Width, image.Height) > largest ? Crops.Scale(image, largest) : image);
        }
    }
}
