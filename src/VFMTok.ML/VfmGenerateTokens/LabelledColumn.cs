using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Imaging;
using VFMTok.ML.Models;
using VFMTok.Training;

namespace VFMTok.ML;

/// <summary>The images of a column with the classes of another. Paths and LMDB addresses are decoded when they are needed; images are kept in memory, no larger than their crops need.</summary>
internal static class LabelledColumn
{
    /// <summary>Reads both columns once; rows without image or label are left out.</summary>
    /// <param name="data">Rows.</param>
    /// <param name="label">Key column.</param>
    /// <param name="image">Image column, or text column of paths.</param>
    /// <param name="largest">Shorter side of the largest square that crops are cut from, pixels.</param>
    /// <exception cref="ArgumentException">No row has both.</exception>
    public static LabelledImages Read(IDataView data, DataViewSchema.Column label, DataViewSchema.Column image, int largest)
    {
        var (labels, paths, images) = (new List<int>(), new List<string>(), new List<RgbImage>());
        var names = LabelColumn.Names(label);
        using var cursor = data.GetRowCursor([label, image]);
        var readLabel = LabelColumn.ClassReader(cursor, label, names.Length);
        var take = image.Type is TextDataViewType ? Paths(cursor.GetGetter<ReadOnlyMemory<char>>(image), paths) : Images(cursor.GetGetter<MLImage>(image), images, largest);
        while (cursor.MoveNext())
        {
            var index = readLabel();
            if (index >= 0 && take()) labels.Add(index); // nothing to learn from otherwise
        }
        if (labels.Count == 0) throw new ArgumentException($"No row has both a label in '{label.Name}' and an image in '{image.Name}'; give data with at least one.");
        return image.Type is TextDataViewType ? LabelledImages.FromFiles(paths, labels, names) : LabelledImages.FromMemory(images, labels, names);
    }

    private static Func<bool> Paths(ValueGetter<ReadOnlyMemory<char>> get, List<string> paths)
    {
        ReadOnlyMemory<char> value = default;
        return () =>
        {
            get(ref value);
            if (!value.IsEmpty) paths.Add(value.ToString());
            return !value.IsEmpty;
        };
    }

    private static Func<bool> Images(ValueGetter<MLImage> get, List<RgbImage> images, int largest)
    {
        MLImage value = null!;
        return () =>
        {
            get(ref value!);
            if (value is not null) images.Add(Crops.Shrink(OpaqueImage.From(value), largest));
            return value is not null;
        };
    }
}
