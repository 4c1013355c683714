using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Imaging;
using VFMTok.ML.Models;
using VFMTok.Training;

namespace VFMTok.ML;

/// <summary>The training images of a column: decoded once and kept, no larger than training can use, while memory allows.</summary>
internal sealed class ColumnImages : ITrainingImages
{
    private const long CacheBytes = 512L << 20;

    private readonly List<(string? Path, RgbImage? Image)> _images = [];
    private readonly TokenizerTrainingOptions _options;
    private readonly int _largest;

    /// <param name="data">Rows to read once.</param>
    /// <param name="name">Image column, or text column of paths.</param>
    /// <param name="options">Sizes and augmentation.</param>
    /// <param name="warn">Gets one sentence per broken file, and one with their number.</param>
    /// <exception cref="ArgumentException">The column holds no image, or none that can be decoded.</exception>
    public ColumnImages(IDataView data, string name, TokenizerTrainingOptions options, Action<string> warn)
    {
        _options = options;
        _largest = (int)Math.Ceiling(options.Config.ImageSize / options.MinimumCrop);
        var column = ImageColumn.Find(data.Schema, name);
        using var cursor = data.GetRowCursor([column]);
        if (column.Type is TextDataViewType) ReadPaths(cursor, cursor.GetGetter<ReadOnlyMemory<char>>(column), warn);
        else ReadImages(cursor, cursor.GetGetter<MLImage>(column));
        if (_images.Count == 0) throw new ArgumentException($"Column '{name}' holds no image to train on; give data with at least one.");
    }

    public int Count => _images.Count;

    public void Read(int index, int size, Random? augmentation, Span<byte> rgb)
    {
        var (path, image) = _images[index];
        image ??= ImageDecoder.Decode(path!);
        if (augmentation is null)
        {
            Crops.CenterCrop(image, size).Pixels.CopyTo(rgb);
            return;
        }
        var crop = Crops.RandomCrop(image, size, augmentation, _options.MinimumCrop);
        if (_options.Flip && augmentation.NextDouble() < 0.5) crop = Crops.FlipHorizontal(crop);
        crop.Pixels.CopyTo(rgb);
    }

    private void ReadPaths(DataViewRowCursor cursor, ValueGetter<ReadOnlyMemory<char>> get, Action<string> warn)
    {
        ReadOnlyMemory<char> value = default;
        long cached = 0;
        var broken = 0;
        while (cursor.MoveNext())
        {
            get(ref value);
            if (value.IsEmpty) continue;
            var path = value.ToString();
            try
            {
                var image = Crops.Shrink(ImageDecoder.Decode(path), _largest);
                cached += image.Pixels.Length;
                _images.Add((path, cached <= CacheBytes ? image : null));
            }
            catch (InvalidImageException e)
            {
                broken++;
                warn(e.Message);
                if (_images.Count == 0 && broken == 1000) throw; // nothing but broken files: do not read a million of them
            }
        }
        if (broken > 0) warn($"{broken} of {broken + _images.Count} images cannot be decoded and {(broken == 1 ? "is" : "are")} left out.");
    }

    private void ReadImages(DataViewRowCursor cursor, ValueGetter<MLImage> get)
    {
        MLImage value = null!;
        while (cursor.MoveNext())
        {
            get(ref value!);
            if (value is null) continue;
            _images.Add((null, Crops.Shrink(OpaqueImage.From(value), _largest)));
        }
    }
}
