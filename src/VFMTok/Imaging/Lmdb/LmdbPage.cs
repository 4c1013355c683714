using System.Buffers.Binary;

namespace VFMTok.Imaging.Lmdb;

/// <summary>A page of the tree: sorted nodes that lead to further pages, or hold values. Every offset in it is suspected.</summary>
internal readonly ref struct LmdbPage
{
    private const int NodeHeader = 8; // length or page (4 bytes), flags or page (2), key length (2)
    private const int BranchFlag = 1, LeafFlag = 2, FixedFlag = 0x20;
    private const int Overflowing = 1;

    private readonly LmdbFile _file;
    private readonly LmdbLayout _layout;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ulong _number;
    private readonly int _count;

    /// <summary>Reads a page.</summary>
    /// <param name="file">Where from.</param>
    /// <param name="layout">Of its pages.</param>
    /// <param name="bytes">Where to; as long as a page.</param>
    /// <param name="number">Which.</param>
    /// <exception cref="InvalidImageException">There is no such page, or it belongs to no tree.</exception>
    public LmdbPage(LmdbFile file, LmdbLayout layout, Span<byte> bytes, ulong number)
    {
        if (number >= (ulong)(file.Length / bytes.Length)) throw file.Bad($"it refers to page {number} where only {file.Length / bytes.Length} are");
        file.Read((long)number * bytes.Length, bytes);
        (_file, _layout, _number) = (file, layout, number);
        _bytes = bytes;
        var flags = Short(layout.Header - 6);
        IsLeaf = (flags & LeafFlag) != 0;
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes) != number || (flags & FixedFlag) != 0 || IsLeaf == ((flags & BranchFlag) != 0)) throw Damaged();
        _count = (Short(layout.Header - 4) + layout.Origin - layout.Header) / 2;
        if (_count < 0 || layout.Header + _count * 2 > bytes.Length || (_count == 0 && !IsLeaf)) throw Damaged();
    }

    /// <summary>Whether the nodes hold values.</summary>
    public bool IsLeaf { get; }

    /// <summary>The node of a key in a leaf; negative if there is none.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        var node = LastUpTo(key, 0);
        return node >= 0 && Key(node).SequenceEqual(key) ? node : -1;
    }

    /// <summary>The page where a key would be, in a branch. The first node's key counts as smaller than any.</summary>
    public ulong Child(ReadOnlySpan<byte> key)
    {
        var start = Node(LastUpTo(key, 1));
        return BinaryPrimitives.ReadUInt32LittleEndian(_bytes[start..]) | ((ulong)Short(start + 4) << 32);
    }

    /// <summary>A leaf's value.</summary>
    /// <param name="node">Which.</param>
    /// <param name="inPage">Its bytes, if they lie in this page.</param>
    /// <param name="overflow">The first of the pages that it lies on otherwise.</param>
    /// <returns>Its length.</returns>
    public long Value(int node, out ReadOnlySpan<byte> inPage, out ulong? overflow)
    {
        var start = Node(node);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(_bytes[start..]);
        var (flags, key, pad) = (Short(start + 4), Short(start + 6), _layout.KeyAlignment - 1);
        var value = start + NodeHeader + ((key + pad) & ~pad);
        if (flags is not (0 or Overflowing)) throw _file.Bad($"a key has several values or a tree of its own (flags {flags}), which image sets do not use");
        overflow = flags == Overflowing ? BinaryPrimitives.ReadUInt64LittleEndian(Part(value, 8)) : null;
        inPage = flags == Overflowing ? default : Part(value, length);
        return length;
    }

    // Index of the last key that is not greater, by halving; keys before `first` count as smaller.
    private int LastUpTo(ReadOnlySpan<byte> key, int first)
    {
        var (low, high) = (first, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Key(middle).SequenceCompareTo(key) <= 0) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }

    private ReadOnlySpan<byte> Key(int node)
    {
        var start = Node(node);
        return Part(start + NodeHeader, Short(start + 6));
    }

    private int Node(int node)
    {
        var start = Short(_layout.Header + node * 2) + _layout.Origin;
        _ = Part(start, NodeHeader);
        return start;
    }

    private int Short(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[at..]);

    private ReadOnlySpan<byte> Part(int start, long length) => start >= 0 && length <= _bytes.Length - start ? _bytes.Slice(start, (int)length) : throw Damaged();

    private InvalidImageException Damaged() => _file.Bad($"page {_number} is damaged");
}
