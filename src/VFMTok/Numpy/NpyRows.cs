namespace VFMTok.Numpy;

/// <summary>An array of bytes [N, ...], read row by row in fixed memory: <c>arr_0</c> of an evaluation holds up to 50,000 pictures [N, H, W, 3].</summary>
/// <remarks>The reader that made it stays the owner. A checksum can be compared only after the last row, so damage may be told as late as that.</remarks>
internal sealed class NpyRows
{
    /// <summary>Bytes of a row unless told otherwise: a picture of 4,096 x 4,096 in colour fits.</summary>
    public const int DefaultMostRowBytes = 1 << 26;

    private readonly NpyStream _stream;

    internal NpyRows(NpyStream stream, NpyHeader header, int mostRowBytes)
    {
        _stream = stream;
        if (header.Shape.Length == 0) throw stream.Source.Bad("is a single number where rows are needed", "give the file that belongs here");
        var bytes = header.Shape.AsSpan(1).ToArray().Aggregate((Int128)1, (product, size) => product * size); // [N, 0, ...] has rows of nothing, without end
        if (bytes < 1 || bytes > mostRowBytes) throw stream.Source.Bad($"has the shape {header.ShapeText}, whose rows have {bytes} bytes where 1 to {mostRowBytes} are read", "give the file that belongs here");
        (RowShape, RowBytes, Count) = (header.Shape[1..], (int)bytes, header.Shape[0]);
        if (Count == 0) stream.RequireEnd();
    }

    /// <summary>Rows of the array.</summary>
    public long Count { get; }

    /// <summary>Rows that were read.</summary>
    public long Position { get; private set; }

    /// <summary>Dimensions of a row.</summary>
    public long[] RowShape { get; }

    /// <summary>Bytes of a row.</summary>
    public int RowBytes { get; }

    /// <summary>Reads the next rows: as many as fit, or as are left.</summary>
    /// <param name="rows">At least one row long.</param>
    /// <returns>Rows that were read; zero at the end.</returns>
    /// <exception cref="InvalidNumpyFileException">The data are truncated or damaged, or go on after the last row.</exception>
    public int Read(Span<byte> rows)
    {
        if (rows.Length < RowBytes) throw new ArgumentException($"{rows.Length} bytes are too few; a row has {RowBytes}.", nameof(rows));
        var count = (int)Math.Min(rows.Length / RowBytes, Count - Position);
        if (count == 0) return 0;
        _stream.Read(rows[..(count * RowBytes)]);
        Position += count;
        if (Position == Count) _stream.RequireEnd();
        return count;
    }
}
