using System.Buffers.Binary;
using System.Numerics;

namespace VFMTok.Numpy;

/// <summary>Elements of arrays as numbers.</summary>
internal static class NpyElements
{
    /// <summary>Converts elements; what a type cannot hold exactly is rounded to the nearest.</summary>
    /// <param name="type">Element type.</param>
    /// <param name="bytes">The elements, little-endian.</param>
    /// <param name="values">As many numbers.</param>
    public static void Convert<T>(NpyType type, ReadOnlySpan<byte> bytes, Span<T> values) where T : INumberBase<T>
    {
        switch (type)
        {
            case NpyType.Boolean:
                for (var i = 0; i < values.Length; i++) values[i] = bytes[i] == 0 ? T.Zero : T.One;
                break;
            case NpyType.UInt8:
                for (var i = 0; i < values.Length; i++) values[i] = T.CreateChecked(bytes[i]);
                break;
            case NpyType.Int32:
                for (var i = 0; i < values.Length; i++) values[i] = T.CreateChecked(BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]));
                break;
            case NpyType.Int64:
                for (var i = 0; i < values.Length; i++) values[i] = T.CreateChecked(BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..]));
                break;
            case NpyType.Float16:
                for (var i = 0; i < values.Length; i++) values[i] = T.CreateChecked(BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]));
                break;
            case NpyType.Float32:
                for (var i = 0; i < values.Length; i++) values[i] = T.CreateChecked(BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]));
                break;
            case NpyType.Float64:
                for (var i = 0; i < values.Length; i++) values[i] = T.CreateChecked(BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]));
                break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, $"The type {type} is none of {NpyTypes.Allowed}.");
        }
    }

    /// <summary>A matrix whose columns lie one after the other, row by row instead.</summary>
    public static T[] Transposed<T>(ReadOnlySpan<T> columns, int rows, int count)
    {
        var result = new T[columns.Length];
        for (var column = 0; column < count; column++)
            for (var row = 0; row < rows; row++) result[row * count + column] = columns[column * rows + row];
        return result;
    }
}
