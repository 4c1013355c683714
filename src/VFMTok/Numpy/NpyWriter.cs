using System.Runtime.InteropServices;
using VFMTok.Runtime;

namespace VFMTok.Numpy;

/// <summary>Writes one array as NumPy reads it, row by row (C order).</summary>
internal static class NpyWriter
{
    private const int Chunk = 1 << 20;

    /// <summary>Creates or replaces a <c>.npy</c> file.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="values">float64, float32, int64, int32 or bytes.</param>
    /// <param name="shape">Dimensions; none stands for a list of all values.</param>
    /// <exception cref="IOException">It cannot be written; what was there before is untouched.</exception>
    public static void Write<T>(string path, T[] values, params long[] shape) where T : unmanaged => AtomicFile.Write(path, stream => Write<T>(stream, values, shape));

    /// <summary>Writes to a stream, which need not be seekable.</summary>
    /// <inheritdoc cref="Write{T}(string, T[], long[])"/>
    public static void Write<T>(Stream stream, ReadOnlySpan<T> values, params ReadOnlySpan<long> shape) where T : unmanaged
    {
        stream.Write(HeaderOf<T>(values.Length, shape).ToBytes());
        for (; values.Length > 0; values = values[Math.Min(values.Length, Chunk)..]) stream.Write(MemoryMarshal.AsBytes(values[..Math.Min(values.Length, Chunk)]));
    }

    /// <summary>The header for values of a type.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements, or the type cannot be written.</exception>
    public static NpyHeader HeaderOf<T>(int count, ReadOnlySpan<long> shape)
    {
        var type = default(T) switch
        {
            double => NpyType.Float64,
            float => NpyType.Float32,
            long => NpyType.Int64,
            int => NpyType.Int32,
            byte => NpyType.UInt8,
            _ => throw new ArgumentException($"Arrays of {typeof(T).Name} cannot be written; allowed are double, float, long, int and byte."),
        };
        long[] sizes = shape.IsEmpty ? [count] : shape.ToArray();
        if (!NpyHeader.IsPossible(sizes, type) || new NpyHeader(type, false, sizes) is var header && header.Count != count)
            throw new ArgumentException($"{count} values do not have the shape {NpyHeader.TextOf(sizes)}; give sizes whose product is the number of values.", nameof(shape));
        return header;
    }
}
