using System.Buffers.Binary;
using System.Text;

namespace VFMTok.Numpy;

/// <summary>The header of an array: what it says of the data behind it.</summary>
/// <remarks>Format: <c>\x93NUMPY</c>, two bytes of version, length (two bytes in version 1, four in 2 and 3), a Python dict, data. See <see cref="NpyLiteral"/> for the dict.</remarks>
/// <param name="Type">Element type.</param>
/// <param name="FortranOrder">Whether the first index runs fastest.</param>
/// <param name="Shape">Dimensions; empty for a scalar.</param>
internal sealed record NpyHeader(NpyType Type, bool FortranOrder, long[] Shape)
{
    private const int Longest = 1 << 16, Alignment = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Elements. The bytes that they take fit into 64 bits.</summary>
    public long Count { get; } = Shape.Contains(0) ? 0 : Shape.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>Bytes of the data.</summary>
    public long Length => Count * NpyTypes.SizeOf(Type);

    /// <summary>The shape as Python writes it.</summary>
    public string ShapeText => TextOf(Shape);

    /// <summary>A shape as Python writes it.</summary>
    public static string TextOf(ReadOnlySpan<long> shape) => shape.Length == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape.ToArray())})";

    /// <summary>Whether so many bytes can be counted. NumPy multiplies the other sizes of an empty array too, so they must fit as well.</summary>
    public static bool IsPossible(ReadOnlySpan<long> shape, NpyType type)
    {
        var extent = (Int128)NpyTypes.SizeOf(type);
        foreach (var size in shape)
            if (size < 0 || (extent *= Math.Max(1, size)) > long.MaxValue) return false;
        return true;
    }

    /// <summary>Reads and checks a header, also against the bytes that follow it if their number is known.</summary>
    /// <exception cref="InvalidNumpyFileException">The header is not a valid one.</exception>
    public static NpyHeader Read(NpyStream stream)
    {
        var source = stream.Source;
        Span<byte> prefix = stackalloc byte[8];
        stream.Read(prefix);
        if (!prefix.StartsWith(Magic)) throw source.Bad("does not begin as a NumPy array does");
        if (prefix[6] is not (1 or 2 or 3) || prefix[7] != 0) throw source.Bad($"has the version {prefix[6]}.{prefix[7]} of the format, and only 1.0, 2.0 and 3.0 are read");
        var size = prefix[..(prefix[6] == 1 ? 2 : 4)];
        stream.Read(size);
        var length = size.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > Longest) throw source.Bad($"claims a header of {length} bytes where at most {Longest} are read");
        var text = new byte[length];
        stream.Read(text);
        var (code, fortran, shape) = new NpyLiteral(text, source).Read();
        var type = NpyTypes.Parse(code, source);
        if (!IsPossible(shape, type)) throw source.Bad($"has the impossible shape {TextOf(shape)}");
        var header = new NpyHeader(type, fortran, shape);
        if (stream.Left is { } left && left != header.Length)
            throw source.Bad($"has {left} bytes of data where its shape {header.ShapeText} of {NpyTypes.NameOf(type)} needs {header.Length}");
        return header;
    }

    /// <summary>The header in version 1.0, padded so that the data start at a multiple of 64.</summary>
    public byte[] ToBytes()
    {
        var text = $"{{'descr': '{NpyTypes.CodeOf(Type)}', 'fortran_order': {(FortranOrder ? "True" : "False")}, 'shape': {ShapeText}, }}";
        var start = Magic.Length + 4;
        var bytes = new byte[(start + text.Length + 1 + Alignment - 1) / Alignment * Alignment];
        bytes.AsSpan().Fill((byte)' ');
        Magic.CopyTo(bytes);
        (bytes[6], bytes[7]) = (1, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(bytes.Length - start));
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(start));
        bytes[^1] = (byte)'\n';
        return bytes;
    }
}
