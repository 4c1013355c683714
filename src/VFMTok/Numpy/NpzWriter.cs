using System.IO.Compression;
using System.Text;
using VFMTok.Runtime;

namespace VFMTok.Numpy;

/// <summary>Writes an archive of arrays, one after the other, as <c>numpy.load</c> reads it. The same arrays give the same bytes: nothing depends on the time.</summary>
internal sealed class NpzWriter : IDisposable
{
    private static readonly DateTimeOffset Time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // the first that a zip knows

    private readonly ZipArchive _zip;
    private readonly CompressionLevel _compression;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private NpyRowWriter? _rows;

    /// <summary>Starts an archive; <see cref="Finish"/> ends it.</summary>
    /// <param name="stream">Where to write; need not be seekable, and stays open.</param>
    /// <param name="compression">NoCompression stores, as <c>numpy.savez</c> does; the others deflate.</param>
    public NpzWriter(Stream stream, CompressionLevel compression = CompressionLevel.NoCompression) =>
        (_zip, _compression) = (new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true), compression);

    /// <summary>Creates or replaces a file.</summary>
    /// <param name="path">Of the file; its folder must exist.</param>
    /// <param name="write">Adds the arrays.</param>
    /// <param name="compression">NoCompression stores, the others deflate.</param>
    /// <exception cref="IOException">It cannot be written; what was there before is untouched.</exception>
    public static void Write(string path, Action<NpzWriter> write, CompressionLevel compression = CompressionLevel.NoCompression) => AtomicFile.Write(path, stream =>
    {
        using var writer = new NpzWriter(stream, compression);
        write(writer);
        writer.Finish();
    });

    /// <summary>Adds an array.</summary>
    /// <param name="name">Without ".npy".</param>
    /// <param name="values">Row by row.</param>
    /// <param name="shape">Dimensions; none stands for a list of all values.</param>
    /// <exception cref="ArgumentException">The name is taken or not allowed, or the shape has another number of elements.</exception>
    public void Add(string name, ReadOnlySpan<double> values, params ReadOnlySpan<long> shape) => Add<double>(name, values, shape);

    /// <inheritdoc cref="Add(string, ReadOnlySpan{double}, ReadOnlySpan{long})"/>
    public void Add(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) => Add<float>(name, values, shape);

    /// <inheritdoc cref="Add(string, ReadOnlySpan{double}, ReadOnlySpan{long})"/>
    public void Add(string name, ReadOnlySpan<long> values, params ReadOnlySpan<long> shape) => Add<long>(name, values, shape);

    /// <inheritdoc cref="Add(string, ReadOnlySpan{double}, ReadOnlySpan{long})"/>
    public void Add(string name, ReadOnlySpan<byte> values, params ReadOnlySpan<long> shape) => Add<byte>(name, values, shape);

    /// <summary>Adds a text as an array of its UTF-8 bytes: <c>bytes(archive[name]).decode()</c> in Python.</summary>
    /// <inheritdoc cref="Add(string, ReadOnlySpan{double}, ReadOnlySpan{long})"/>
    public void AddText(string name, string text) => Add<byte>(name, Encoding.UTF8.GetBytes(text), []);

    /// <summary>Begins an array of bytes [count, ...] whose rows are then written; nothing else can be added before the last of them.</summary>
    /// <param name="name">Without ".npy".</param>
    /// <param name="rowShape">Dimensions of a row, such as height, width, 3.</param>
    /// <param name="count">Rows.</param>
    /// <exception cref="ArgumentException">The name is taken or not allowed, or there is no such shape.</exception>
    public NpyRowWriter BeginRows(string name, ReadOnlySpan<long> rowShape, long count)
    {
        long[] shape = [count, .. rowShape];
        if (!NpyHeader.IsPossible(shape, NpyType.UInt8) || rowShape.Contains(0) || new NpyHeader(NpyType.UInt8, false, rowShape.ToArray()).Count > Array.MaxLength)
            throw new ArgumentException($"The shape {NpyHeader.TextOf(shape)} cannot be written row by row; give rows of 1 to {Array.MaxLength} bytes.", nameof(rowShape));
        return _rows = new NpyRowWriter(Begin(name), new NpyHeader(NpyType.UInt8, false, shape), name);
    }

    /// <summary>Ends the archive.</summary>
    /// <exception cref="InvalidOperationException">Rows are missing.</exception>
    public void Finish()
    {
        RequireRows();
        _zip.Dispose();
    }

    /// <summary>Lets go of the archive; without <see cref="Finish"/> it is of no use.</summary>
    public void Dispose()
    {
        _rows?.Dispose();
        _zip.Dispose();
    }

    private void Add<T>(string name, ReadOnlySpan<T> values, ReadOnlySpan<long> shape) where T : unmanaged
    {
        NpyWriter.HeaderOf<T>(values.Length, shape); // before the entry is begun
        using var stream = Begin(name);
        NpyWriter.Write(stream, values, shape);
    }

    private Stream Begin(string name)
    {
        RequireRows();
        if (NpzNames.Fault(name) is { } fault) throw new ArgumentException($"An array cannot be called '{Pickle.PickleRules.Short(name)}', a name that {fault}; choose another name.", nameof(name));
        if (!_names.Add(name)) throw new ArgumentException($"The archive has an array '{name}' already; choose another name.", nameof(name));
        var entry = _zip.CreateEntry(name + NpzNames.Suffix, _compression);
        entry.LastWriteTime = Time;
        return entry.Open();
    }

    private void RequireRows()
    {
        if (_rows is { } rows && rows.Position < rows.Count) throw new InvalidOperationException($"{rows.Position} of {rows.Count} rows of '{rows.Name}' are written; write the others first.");
    }
}
