namespace VFMTok.Pickle;

/// <summary>Compares keys of a pickle's dicts. Hash codes of long and double are public arithmetic, so that a file could make all its keys collide; these differ from process to process.</summary>
internal sealed class PickleKeys : IEqualityComparer<object>
{
    private static readonly PickleKeys Comparer = new();

    /// <summary>An empty dict.</summary>
    public static OrderedDictionary<object, object?> NewDict() => new(Comparer);

    public new bool Equals(object? x, object? y) => object.Equals(x, y);

    public int GetHashCode(object key) => key switch
    {
        long number => Mixed(number),
        double number => Mixed(BitConverter.DoubleToInt64Bits(number == 0 ? 0 : number)), // 0 equals -0
        _ => key.GetHashCode(), // of text and large integers: seeded by the runtime
    };

    private static int Mixed(long bits) => HashCode.Combine((int)bits, (int)(bits >> 32));
}
