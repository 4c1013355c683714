using System.Buffers.Binary;

namespace VFMTok.Imaging.Lmdb;

/// <summary>How pages are laid out; LMDB 1.0 added eight bytes to their headers.</summary>
/// <param name="Header">Bytes of a page's header.</param>
/// <param name="Origin">Where the offsets in a page count from.</param>
/// <param name="KeyAlignment">Keys are padded to a multiple of it.</param>
internal sealed record LmdbLayout(int Header, int Origin, int KeyAlignment)
{
    /// <summary>The layouts by format number.</summary>
    public static IReadOnlyDictionary<uint, LmdbLayout> ByFormat { get; } = new Dictionary<uint, LmdbLayout>
    {
        [1] = new(Header: 16, Origin: 0, KeyAlignment: 1),  // LMDB 0.9
        [3] = new(Header: 24, Origin: 24, KeyAlignment: 2), // LMDB 1.0
    };
}

/// <summary>What the newer of an LMDB file's two meta pages says.</summary>
/// <param name="Layout">Of all pages.</param>
/// <param name="PageSize">Bytes.</param>
/// <param name="Entries">Pairs of key and value in the main tree.</param>
/// <param name="Root">Page of the main tree's root, or <see cref="NoPage"/>.</param>
/// <param name="Transaction">Number of the transaction that wrote it.</param>
internal sealed record LmdbMeta(LmdbLayout Layout, int PageSize, long Entries, ulong Root, ulong Transaction)
{
    /// <summary>The root of an empty tree.</summary>
    public const ulong NoPage = ulong.MaxValue;

    private const uint Magic = 0xBEEFC0DE;
    private const int Length = 136; // magic, format, address, map size, two trees of 48 bytes, last page, transaction
    private const int FreeTree = 24, MainTree = FreeTree + 48; // offsets in a meta page, behind its header

    /// <exception cref="InvalidImageException">It is no LMDB file, or of a kind that is not read.</exception>
    public static LmdbMeta Read(LmdbFile file)
    {
        var first = Read(file, 0);
        var second = Read(file, first.PageSize);
        return second.Transaction > first.Transaction ? second : first;
    }

    private static LmdbMeta Read(LmdbFile file, long page)
    {
        if (file.Length < page + Length + 24) throw file.Bad($"it has only {file.Length} bytes");
        Span<byte> bytes = stackalloc byte[Length + 24];
        file.Read(page, bytes);
        foreach (var (format, layout) in LmdbLayout.ByFormat)
        {
            var meta = bytes.Slice(layout.Header, Length);
            if (BinaryPrimitives.ReadUInt32LittleEndian(meta) != Magic) continue;
            if (BinaryPrimitives.ReadUInt32LittleEndian(meta[4..]) != format)
                throw file.Bad($"its format is {BinaryPrimitives.ReadUInt32LittleEndian(meta[4..])} where {string.Join(" or ", LmdbLayout.ByFormat.Keys)} is read");
            return Parse(file, layout, meta);
        }
        throw file.Bad("it does not start as one, or was made on a 32-bit or big-endian system");
    }

    private static LmdbMeta Parse(LmdbFile file, LmdbLayout layout, ReadOnlySpan<byte> meta)
    {
        var size = BinaryPrimitives.ReadUInt32LittleEndian(meta[FreeTree..]);
        if (size is < 512 or > 65536 || !uint.IsPow2(size)) throw file.Bad($"its pages claim {size} bytes");
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(meta[(MainTree + 4)..]);
        if (flags != 0) throw file.Bad($"its keys are sorted in a special way (flags {flags}), which image sets do not use");
        return new LmdbMeta(layout, (int)size, BinaryPrimitives.ReadInt64LittleEndian(meta[(MainTree + 32)..]), BinaryPrimitives.ReadUInt64LittleEndian(meta[(MainTree + 40)..]),
            BinaryPrimitives.ReadUInt64LittleEndian(meta[128..]));
    }
}
