namespace VFMTok.Numpy;

/// <summary>An array of bytes [N, ...] that is written row by row; made by <see cref="NpzWriter.BeginRows"/>. It ends with its last row.</summary>
internal sealed class NpyRowWriter : IDisposable
{
    private readonly Stream _stream;

    internal NpyRowWriter(Stream stream, NpyHeader header, string name)
    {
        (_stream, Name, Count, RowBytes) = (stream, name, header.Shape[0], (int)(header.Count / Math.Max(1, header.Shape[0])));
        stream.Write(header.ToBytes());
        if (Count == 0) stream.Dispose();
    }

    /// <summary>The array's.</summary>
    public string Name { get; }

    /// <summary>Rows of the array.</summary>
    public long Count { get; }

    /// <summary>Rows that were written.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes of a row.</summary>
    public int RowBytes { get; }

    /// <summary>Writes the next rows.</summary>
    /// <param name="rows">Whole rows.</param>
    /// <exception cref="ArgumentException">They are not whole, or more than are left.</exception>
    public void Write(ReadOnlySpan<byte> rows)
    {
        var count = Math.DivRem(rows.Length, RowBytes, out var rest);
        if (rest != 0) throw new ArgumentException($"{rows.Length} bytes are no whole rows of '{Name}'; a row has {RowBytes}.", nameof(rows));
        if (count > Count - Position) throw new ArgumentException($"{count} rows are too many for '{Name}': {Position} of {Count} are written.", nameof(rows));
        if (count == 0) return;
        _stream.Write(rows);
        Position += count;
        if (Position == Count) _stream.Dispose();
    }

    /// <summary>Lets go of an array that is not finished; the archive then is of no use.</summary>
    public void Dispose() => _stream.Dispose();
}
