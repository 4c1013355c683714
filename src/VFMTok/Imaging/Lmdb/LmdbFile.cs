using System.Buffers;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VFMTok.Imaging.Lmdb;

/// <summary>Reads values of an LMDB file by their keys, from any number of threads. Nothing else may write to the file meanwhile.</summary>
/// <remarks>
/// Why no binding to the native library: format 1 (LMDB 0.9), in which image sets are published, cannot be opened by LMDB 1.0, and neither version survives a damaged file, whose pages they
/// follow wherever they point. Here every page is read into memory of its own and every offset in it is checked; the tree is a few pages deep, so a value costs a handful of reads.
/// </remarks>
internal sealed class LmdbFile : IDisposable
{
    private const int MostLevels = 32;
    private const int MostBytes = 512 << 20; // of one value

    private readonly SafeFileHandle _file;
    private readonly LmdbMeta _meta;

    /// <param name="path">The file, or the folder that holds it under the name data.mdb.</param>
    /// <exception cref="InvalidImageException">There is none, it cannot be read, or it is no LMDB file.</exception>
    public LmdbFile(string path)
    {
        Path = path;
        _file = Open(FileOf(path));
        try
        {
            Length = RandomAccess.GetLength(_file);
            _meta = LmdbMeta.Read(this);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>As it was given.</summary>
    public string Path { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>Pairs of key and value.</summary>
    public long Entries => _meta.Entries;

    /// <summary>The file behind a path: the path itself, or data.mdb in that folder.</summary>
    public static string FileOf(string path) => Directory.Exists(path) ? System.IO.Path.Combine(path, "data.mdb") : path;

    /// <summary>The value of a key; null if there is no such key.</summary>
    /// <exception cref="InvalidImageException">The file is damaged or cannot be read.</exception>
    public byte[]? Find(string key)
    {
        var wanted = Encoding.UTF8.GetBytes(key);
        var bytes = ArrayPool<byte>.Shared.Rent(_meta.PageSize);
        try
        {
            var number = _meta.Root;
            for (var level = 0; level < MostLevels; level++)
            {
                if (number == LmdbMeta.NoPage) return null;
                var page = new LmdbPage(this, _meta.Layout, bytes.AsSpan(0, _meta.PageSize), number);
                if (page.IsLeaf) return page.Find(wanted) is var node and >= 0 ? Value(page, node) : null;
                number = page.Child(wanted);
            }
            throw Bad($"its tree has more than {MostLevels} levels");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Fills a buffer.</summary>
    /// <exception cref="InvalidImageException">The file ends before, or cannot be read.</exception>
    public void Read(long offset, Span<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0)
            {
                var read = RandomAccess.Read(_file, bytes, offset);
                if (read == 0) throw Bad("it ends too early");
                offset += read;
                bytes = bytes[read..];
            }
        }
        catch (Exception e) when (e is IOException and not InvalidImageException or UnauthorizedAccessException)
        {
            throw Unreadable(Path, e);
        }
    }

    public InvalidImageException Bad(string fault) => new($"'{Path}' is no sound LMDB file: {fault}; copy it or make it again.");

    public void Dispose() => _file.Dispose();

    private byte[] Value(LmdbPage page, int node)
    {
        var length = page.Value(node, out var inPage, out var overflow);
        if (overflow is not { } first) return inPage.ToArray();
        if (first >= (ulong)(Length / _meta.PageSize)) throw Bad($"a value lies on page {first} where only {Length / _meta.PageSize} are");
        var start = (long)first * _meta.PageSize + _meta.Layout.Header;
        if (length > Math.Min(MostBytes, Length - start)) throw Bad($"a value claims {length} bytes where at most {Math.Min(MostBytes, Length - start)} can be");
        var value = new byte[length];
        Read(start, value);
        return value;
    }

    private static SafeFileHandle Open(string file)
    {
        try
        {
            return File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidImageException($"There is no LMDB file '{file}'; give the file, or the folder that holds it under the name data.mdb.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unreadable(file, e);
        }
    }

    private static InvalidImageException Unreadable(string path, Exception e) => new($"'{path}' cannot be read ({e.Message.TrimEnd('.')}); check the file and its permissions.", e);
}
