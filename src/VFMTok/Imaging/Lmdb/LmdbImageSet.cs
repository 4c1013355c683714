using System.Globalization;

namespace VFMTok.Imaging.Lmdb;

/// <summary>An image set in an LMDB file, as ImageNet is usually packed (spec 8.1.1): <c>num_samples</c> = how many, as decimal text, and <c>0</c>, <c>1</c>, ... = pickled samples.</summary>
internal sealed class LmdbImageSet : IDisposable
{
    private const string CountKey = "num_samples";

    private readonly LmdbFile _file;

    /// <param name="path">The file, or the folder that holds it under the name data.mdb.</param>
    /// <exception cref="InvalidImageException">It is no such set.</exception>
    public LmdbImageSet(string path)
    {
        _file = new LmdbFile(path);
        try
        {
            Count = ReadCount();
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Images, at least one.</summary>
    public int Count { get; }

    /// <summary>The address of a sample, by which <see cref="ImageDecoder"/> finds it.</summary>
    public string AddressOf(int index) => LmdbAddress.Of(_file.Path, index);

    /// <summary>Reads a sample.</summary>
    /// <param name="index">In [0, Count).</param>
    /// <exception cref="InvalidImageException">It is missing or damaged.</exception>
    public LmdbSample Read(int index) => Read(_file, index);

    /// <summary>Reads a sample of a file that is not open.</summary>
    /// <exception cref="InvalidImageException">File or sample are missing or damaged.</exception>
    public static LmdbSample Read(string path, int index)
    {
        using var file = new LmdbFile(path);
        return Read(file, index);
    }

    public void Dispose() => _file.Dispose();

    private static LmdbSample Read(LmdbFile file, int index)
    {
        var name = LmdbAddress.Of(file.Path, index);
        var value = file.Find(index.ToString(CultureInfo.InvariantCulture))
            ?? throw new InvalidImageException($"'{name}' does not exist: the LMDB file has no such key; give an index below num_samples or make the file again.");
        return LmdbSample.Parse(value, name);
    }

    private int ReadCount()
    {
        var text = _file.Find(CountKey)
            ?? throw new InvalidImageException($"'{_file.Path}' is an LMDB file without the key '{CountKey}'; give one that holds {CountKey} and the images under the keys 0, 1, 2, ....");
        if (text.Length > 20 || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1)
            throw new InvalidImageException($"'{_file.Path}' has no positive number under the key '{CountKey}'; make the file again.");
        if (count >= _file.Entries)
            throw new InvalidImageException($"'{_file.Path}' claims {count} images under the key '{CountKey}' but has {_file.Entries - 1} other entries; copy the file again or correct the number.");
        return count;
    }
}
