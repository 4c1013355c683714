using VFMTok.Imaging;
using VFMTok.Numpy;
using VFMTok.Runtime;

namespace VFMTok.Evaluation;

/// <summary>A batch of samples in the form of the reference evaluator (spec 10.4): an <c>.npz</c> whose <c>arr_0</c> is uint8 [N, H, W, 3], read one image after the other.</summary>
internal sealed class SampleArchive : IDisposable
{
    /// <summary>The array of the images.</summary>
    public const string Images = "arr_0";

    private const string Labels = "arr_1";

    private readonly NpzFile _file;
    private readonly NpyReader _reader;
    private readonly NpyRows _rows;

    private SampleArchive(NpzFile file, NpyReader reader) => (_file, _reader, _rows) = (file, reader, reader.Rows());

    /// <summary>Opens a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidNumpyFileException">It is damaged or hostile, or has no images.</exception>
    public static SampleArchive Open(string path)
    {
        var file = NpzFile.Open(path);
        NpyReader? reader = null;
        try
        {
            reader = file.Get(Images);
            return new SampleArchive(file, reader.Require(-1, -1, -1, 3));
        }
        catch
        {
            reader?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Images in the file.</summary>
    public long Count => _rows.Count;

    /// <summary>Pixels of a row of every image.</summary>
    public int Width => (int)_rows.RowShape[1];

    /// <summary>Rows of every image.</summary>
    public int Height => (int)_rows.RowShape[0];

    /// <summary>The images, once.</summary>
    /// <exception cref="InvalidNumpyFileException">The data are truncated or damaged.</exception>
    public IEnumerable<RgbImage> Read() => Read(_rows);

    /// <summary>The images of an array, once.</summary>
    /// <param name="rows">Of [H, W, 3].</param>
    /// <exception cref="InvalidNumpyFileException">The data are truncated or damaged.</exception>
    public static IEnumerable<RgbImage> Read(NpyRows rows)
    {
        while (rows.Position < rows.Count)
        {
            var pixels = GC.AllocateUninitializedArray<byte>(rows.RowBytes);
            rows.Read(pixels);
            yield return new RgbImage((int)rows.RowShape[1], (int)rows.RowShape[0], pixels);
        }
    }

    /// <summary>Writes images as they are made; the file is there when all are.</summary>
    /// <param name="path">Of the file; its folder must exist.</param>
    /// <param name="count">Number of the images.</param>
    /// <param name="side">Their width and height, pixels.</param>
    /// <param name="labels">Class of each image, or empty.</param>
    /// <param name="make">Makes the images and hands each to its argument.</param>
    /// <exception cref="IOException">It cannot be written; what was there before is untouched.</exception>
    public static void Write(string path, long count, int side, ReadOnlySpan<long> labels, Action<Action<RgbImage>> make)
    {
        var classes = labels.ToArray();
        AtomicFile.Write(path, stream =>
        {
            using var writer = new NpzWriter(stream);
            using (var rows = writer.BeginRows(Images, [side, side, 3], count)) make(image => rows.Write(image.Pixels));
            if (classes.Length > 0) writer.Add(Labels, classes, classes.Length);
            writer.Finish();
        });
    }

    public void Dispose()
    {
        _reader.Dispose();
        _file.Dispose();
    }
}
