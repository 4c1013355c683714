namespace VFMTok.Numpy;

/// <summary>Element types of arrays that are read and written.</summary>
internal enum NpyType
{
    Boolean, UInt8, Int32, Int64, Float16, Float32, Float64,
}

/// <summary>Element types as the format names them.</summary>
internal static class NpyTypes
{
    private static readonly (NpyType Type, string Code, int Size, string Name)[] Table =
    [
        (NpyType.Boolean, "|b1", 1, "bool"), (NpyType.UInt8, "|u1", 1, "uint8"), (NpyType.Int32, "<i4", 4, "int32"), (NpyType.Int64, "<i8", 8, "int64"),
        (NpyType.Float16, "<f2", 2, "float16"), (NpyType.Float32, "<f4", 4, "float32"), (NpyType.Float64, "<f8", 8, "float64"),
    ];

    /// <summary>The names of all, for errors.</summary>
    public static string Allowed { get; } = string.Join(", ", Table.Select(t => t.Name));

    /// <summary>Bytes of an element.</summary>
    public static int SizeOf(NpyType type) => Row(type).Size;

    /// <summary>NumPy's name.</summary>
    public static string NameOf(NpyType type) => Row(type).Name;

    /// <summary>What stands in a header.</summary>
    public static string CodeOf(NpyType type) => Row(type).Code;

    /// <summary>Whether the elements are whole numbers.</summary>
    public static bool IsInteger(NpyType type) => type is NpyType.Boolean or NpyType.UInt8 or NpyType.Int32 or NpyType.Int64;

    /// <summary>The type that a header's text names.</summary>
    /// <exception cref="InvalidNumpyFileException">It is none of those that are read.</exception>
    public static NpyType Parse(string code, NpySource source)
    {
        foreach (var row in Table)
            if (row.Code == code || row.Size == 1 && code == $"<{row.Code[1..]}") return row.Type;
        if (code.Length > 1 && code[1] == 'O') throw source.Bad("holds Python objects, which are pickles and can run any code when they are loaded", "save it as an array of numbers");
        if (code.Length > 1 && code[0] == '>') throw source.Bad($"is big-endian ('{Pickle.PickleRules.Short(code)}')", $"convert it with array.astype('<{Pickle.PickleRules.Short(code[1..])}')");
        throw source.Bad($"has the type '{Pickle.PickleRules.Short(code)}', and only {Allowed} are read", "convert it with array.astype");
    }

    private static (NpyType Type, string Code, int Size, string Name) Row(NpyType type) => Table.First(t => t.Type == type);
}
