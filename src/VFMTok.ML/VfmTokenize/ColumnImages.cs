using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Imaging;
using VFMTok.ML.Models;
using VFMTok.Training;

namespace VFMTok.ML;

/// <summary>The training images of a column: images are kept in memory, no larger than training can use; paths and LMDB addresses are decoded when a step needs them.</summary>
internal static class ColumnImages
{
    /// <summary>Reads the column once.</summary>
    /// <param name="data">Rows.</param>
    /// <param name="name">Image column, or text column of paths.</param>
    /// <param name="options">Sizes and augmentation.</param>
    /// <param name="warn">Gets one sentence per broken file that is found now, and one with their number.</param>
    /// <param name="cancellation">Stops the check of the files.</param>
    /// <exception cref="ArgumentException">The column holds no image, or none that can be decoded.</exception>
    public static TrainingImages Read(IDataView data, string name, TokenizerTrainingOptions options, Action<string> warn, CancellationToken cancellation = default)
    {
        var column = ImageColumn.Find(data.Schema, name);
        using var cursor = data.GetRowCursor([column]);
        if (column.Type is TextDataViewType)
            return new FolderImages(Require(ReadPaths(cursor, cursor.GetGetter<ReadOnlyMemory<char>>(column)), name), options, new TrainingImagesOptions(), warn, cancellation);
        return new HeldImages(Require(ReadImages(cursor, cursor.GetGetter<MLImage>(column), TrainingImages.Largest(options)), name), options);
    }

    private static List<T> Require<T>(List<T> items, string name) =>
        items.Count > 0 ? items : throw new ArgumentException($"Column '{name}' holds no image to train on; give data with at least one.");

    private static List<string> ReadPaths(DataViewRowCursor cursor, ValueGetter<ReadOnlyMemory<char>> get)
    {
        var paths = new List<string>();
        ReadOnlyMemory<char> value = default;
        while (cursor.MoveNext())
        {
            get(ref value);
            if (!value.IsEmpty) paths.Add(value.ToString());
        }
        return paths;
    }

    private static List<RgbImage> ReadImages(DataViewRowCursor cursor, ValueGetter<MLImage> get, int largest)
    {
        var images = new List<RgbImage>();
        MLImage value = null!;
        while (cursor.MoveNext())
        {
            get(ref value!);
            if (value is not null) images.Add(Crops.Shrink(OpaqueImage.From(value), largest));
        }
        return images;
    }
}
