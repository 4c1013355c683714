using System.Numerics;
using System.Text;

namespace VFMTok.Numpy;

/// <summary>One array of NumPy's: its header is read and checked at once, its data when they are asked for, once. Memory grows with what arrives, never with what is claimed.</summary>
internal sealed class NpyReader : IDisposable
{
    /// <summary>Elements that are read as a whole unless told otherwise: 64 Mi, sixteen times a covariance of 2,048 features.</summary>
    public const int DefaultMostElements = 1 << 26;

    private const int Chunk = 1 << 16, FirstElements = 1 << 16;

    private readonly NpyStream _stream;
    private bool _isTaken;

    /// <summary>Reads the header; the stream is taken over.</summary>
    /// <param name="stream">At the first byte of the array; need not be seekable.</param>
    /// <param name="source">Tells faults.</param>
    /// <param name="length">Bytes of header and data; null asks the stream, if it is seekable.</param>
    /// <param name="checksum">CRC-32 of all of them, or null.</param>
    /// <exception cref="InvalidNumpyFileException">The header is not a valid one, or does not fit the data.</exception>
    public NpyReader(Stream stream, NpySource source, long? length = null, uint? checksum = null)
    {
        _stream = new NpyStream(stream, source, length ?? (stream.CanSeek ? stream.Length - stream.Position : null), checksum);
        try
        {
            Header = NpyHeader.Read(_stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Type, order and shape.</summary>
    public NpyHeader Header { get; }

    /// <summary>Tells faults.</summary>
    public NpySource Source => _stream.Source;

    /// <summary>Opens a <c>.npy</c> file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidNumpyFileException">It is no such file, or damaged.</exception>
    public static NpyReader Open(string path) => new(NpzFile.OpenFile(path), new NpySource(Path.GetFileName(path)));

    /// <summary>Checks the shape before anything is read.</summary>
    /// <param name="expected">Sizes; -1 stands for any but zero.</param>
    /// <returns>This reader.</returns>
    /// <exception cref="InvalidNumpyFileException">The array has another shape.</exception>
    public NpyReader Require(params ReadOnlySpan<long> expected)
    {
        var fits = Header.Shape.Length == expected.Length;
        for (var i = 0; fits && i < expected.Length; i++) fits = expected[i] < 0 ? Header.Shape[i] > 0 : Header.Shape[i] == expected[i];
        return fits ? this : throw Source.Bad($"has the shape {Header.ShapeText} where {NpyHeader.TextOf(expected).Replace("-1", "any", StringComparison.Ordinal)} is needed", "give the file that belongs here");
    }

    /// <summary>All elements as float64, row by row; int64 beyond 2^53 is rounded.</summary>
    /// <param name="most">Elements that are allowed.</param>
    /// <exception cref="InvalidNumpyFileException">There are more, or the data are truncated or damaged.</exception>
    public double[] ReadDoubles(long most = DefaultMostElements) => Read<double>(most);

    /// <summary>All elements as float32, row by row, rounded to the nearest.</summary>
    /// <inheritdoc cref="ReadDoubles"/>
    public float[] ReadFloats(long most = DefaultMostElements) => Read<float>(most);

    /// <summary>All elements of an array of whole numbers or truth values, row by row.</summary>
    /// <inheritdoc cref="ReadDoubles"/>
    public long[] ReadIntegers(long most = DefaultMostElements) =>
        NpyTypes.IsInteger(Header.Type) ? Read<long>(most) : throw Source.Bad($"holds {NpyTypes.NameOf(Header.Type)} where whole numbers are needed", "convert it with array.astype('<i8')");

    /// <summary>All elements of an array of bytes, row by row.</summary>
    /// <inheritdoc cref="ReadDoubles"/>
    public byte[] ReadBytes(long most = DefaultMostElements)
    {
        RequireBytes();
        return Read<byte>(most);
    }

    /// <summary>The text whose UTF-8 bytes the array holds, as <see cref="NpzWriter.AddText"/> writes it.</summary>
    /// <inheritdoc cref="ReadDoubles"/>
    public string ReadText(long most = 1 << 20)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(ReadBytes(most));
        }
        catch (DecoderFallbackException e)
        {
            throw Source.Bad("holds bytes that are no text in UTF-8", inner: e);
        }
    }

    /// <summary>The array of bytes row by row, for those that do not fit into memory.</summary>
    /// <param name="mostRowBytes">Bytes of a row that are allowed.</param>
    /// <exception cref="InvalidNumpyFileException">It has no rows, or they are longer or not of bytes.</exception>
    public NpyRows Rows(int mostRowBytes = NpyRows.DefaultMostRowBytes)
    {
        RequireBytes();
        RequireRowOrder();
        return new NpyRows(Taken(), Header, mostRowBytes);
    }

    /// <summary>Checks that numbers are finite.</summary>
    /// <exception cref="InvalidNumpyFileException">One is not.</exception>
    public void RequireFinite<T>(ReadOnlySpan<T> values) where T : INumberBase<T>
    {
        for (var i = 0; i < values.Length; i++)
            if (!T.IsFinite(values[i])) throw Source.Bad($"has the number {values[i]} at index {i}", "make it again from finite numbers");
    }

    public void Dispose() => _stream.Dispose();

    private T[] Read<T>(long most) where T : INumberBase<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        most = Math.Min(most, Array.MaxLength);
        if (Header.Count > most) throw Source.Bad($"has {Header.Count} elements where at most {most} are read", "give the file that belongs here");
        if (Header.Shape.Length > 2) RequireRowOrder();
        var (stream, type, size) = (Taken(), Header.Type, NpyTypes.SizeOf(Header.Type));
        var values = new T[Math.Min(Header.Count, FirstElements)];
        var buffer = new byte[Math.Min(Header.Length, Chunk)];
        for (var done = 0; done < Header.Count;)
        {
            var part = (int)Math.Min(Header.Count - done, buffer.Length / size);
            var bytes = buffer.AsSpan(0, part * size);
            stream.Read(bytes);
            if (done + part > values.Length) Array.Resize(ref values, (int)Math.Min(Header.Count, 2L * values.Length));
            NpyElements.Convert(type, bytes, values.AsSpan(done, part));
            done += part;
        }
        stream.RequireEnd();
        return Header is { FortranOrder: true, Shape: [var rows, var columns] } && values.Length > 0 ? NpyElements.Transposed<T>(values, (int)rows, (int)columns) : values;
    }

    private void RequireBytes()
    {
        if (Header.Type != NpyType.UInt8) throw Source.Bad($"holds {NpyTypes.NameOf(Header.Type)} where uint8 is needed", "convert it with array.astype('u1')");
    }

    private void RequireRowOrder()
    {
        if (Header is { FortranOrder: true, Shape.Length: > 1 }) throw Source.Bad($"has the shape {Header.ShapeText} in Fortran order, which is read of whole matrices only", "convert it with numpy.ascontiguousarray");
    }

    private NpyStream Taken()
    {
        if (_isTaken) throw new InvalidOperationException("An array is read once; open it again.");
        _isTaken = true;
        return _stream;
    }
}
