using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace VFMTok.Tests.Shared;

/// <summary>Writes LMDB files page by page: sorted leaves, branches above them, overflow pages behind long values. Independent of the reader; the native library's own files check both.</summary>
internal sealed class LmdbWriter(int format = 1, int pageSize = 4096)
{
    private readonly List<byte[]> _pages = [new byte[pageSize], new byte[pageSize]];

    private int Header => format == 1 ? 16 : 24;

    private int Origin => format == 1 ? 0 : 24;

    /// <summary>Writes folder/data.mdb with num_samples and the given values under 0, 1, ....</summary>
    public void WriteSet(string folder, IReadOnlyList<byte[]> values, string? count = null) =>
        Write(folder, [("num_samples", Encoding.ASCII.GetBytes(count ?? values.Count.ToString(CultureInfo.InvariantCulture))),
            .. values.Select((v, i) => (i.ToString(CultureInfo.InvariantCulture), v))]);

    /// <summary>Writes folder/data.mdb.</summary>
    public void Write(string folder, IReadOnlyList<(string Key, byte[] Value)> pairs)
    {
        var level = new List<(byte[] Key, ulong Page)>();
        var nodes = new List<byte[]>();
        byte[]? first = null;
        foreach (var (key, value) in pairs.Select(p => (Encoding.UTF8.GetBytes(p.Key), p.Value)).OrderBy(p => p.Item1, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))))
        {
            var node = LeafNode(key, value);
            if (!Fits(nodes, node))
            {
                level.Add((first!, Page(2, nodes)));
                (nodes, first) = ([], null);
            }
            nodes.Add(node);
            first ??= key;
        }
        if (nodes.Count > 0) level.Add((first!, Page(2, nodes)));
        var depth = 1;
        for (; level.Count > 1; depth++) level = Branches(level);
        for (var meta = 0; meta < 2; meta++) Meta(meta, pairs.Count, level.Count > 0 ? level[0].Page : ulong.MaxValue, depth);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "data.mdb"), [.. _pages.SelectMany(p => p)]);
    }

    private List<(byte[], ulong)> Branches(List<(byte[] Key, ulong Page)> children)
    {
        var level = new List<(byte[], ulong)>();
        for (var i = 0; i < children.Count;)
        {
            var (first, nodes) = (children[i].Key, new List<byte[]>());
            for (; i < children.Count; i++)
            {
                var node = Node(nodes.Count == 0 ? [] : children[i].Key, (uint)children[i].Page, (ushort)(children[i].Page >> 32), []); // the first key counts as smallest
                if (!Fits(nodes, node)) break;
                nodes.Add(node);
            }
            level.Add((first, Page(1, nodes)));
        }
        return level;
    }

    private byte[] LeafNode(byte[] key, byte[] value)
    {
        if (8 + key.Length + value.Length <= (pageSize - Header) / 2) return Node(key, (uint)value.Length, 0, value);
        var target = _pages.Count;
        var pages = (Header - 1 + value.Length) / pageSize + 1;
        var run = new byte[pages * pageSize];
        PageHeader(run, (ulong)target, 4);
        BinaryPrimitives.WriteInt32LittleEndian(run.AsSpan(Header - 4), pages);
        value.CopyTo(run, Header);
        for (var i = 0; i < pages; i++) _pages.Add(run[(i * pageSize)..((i + 1) * pageSize)]);
        var reference = new byte[format == 1 ? 8 : 24];
        BinaryPrimitives.WriteInt64LittleEndian(reference, target);
        if (format != 1) BinaryPrimitives.WriteInt64LittleEndian(reference.AsSpan(16), pages);
        return Node(key, (uint)value.Length, 1, reference);
    }

    private byte[] Node(byte[] key, uint low, ushort flags, byte[] data)
    {
        var start = 8 + key.Length + (format == 1 ? 0 : key.Length % 2);
        var node = new byte[start + data.Length + (start + data.Length) % 2];
        BinaryPrimitives.WriteUInt32LittleEndian(node, low);
        BinaryPrimitives.WriteUInt16LittleEndian(node.AsSpan(4), flags);
        BinaryPrimitives.WriteUInt16LittleEndian(node.AsSpan(6), (ushort)key.Length);
        key.CopyTo(node, 8);
        data.CopyTo(node, start);
        return node;
    }

    private bool Fits(List<byte[]> nodes, byte[] more) => Header + nodes.Sum(n => n.Length + 2) + more.Length + 2 <= pageSize;

    private ulong Page(int flags, List<byte[]> nodes)
    {
        var page = new byte[pageSize];
        PageHeader(page, (ulong)_pages.Count, flags);
        var upper = pageSize;
        for (var i = 0; i < nodes.Count; i++)
        {
            upper -= nodes[i].Length;
            nodes[i].CopyTo(page, upper);
            BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(Header + i * 2), (ushort)(upper - Origin));
        }
        BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(Header - 4), (ushort)(Header + nodes.Count * 2 - Origin));
        BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(Header - 2), (ushort)(upper - Origin));
        _pages.Add(page);
        return (ulong)_pages.Count - 1;
    }

    private void PageHeader(byte[] page, ulong number, int flags)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(page, number);
        BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(Header - 6), (ushort)flags);
    }

    private void Meta(int page, int entries, ulong root, int depth)
    {
        var bytes = _pages[page];
        PageHeader(bytes, (ulong)page, 8);
        var meta = bytes.AsSpan(Header);
        BinaryPrimitives.WriteUInt32LittleEndian(meta, 0xBEEFC0DE);
        BinaryPrimitives.WriteInt32LittleEndian(meta[4..], format);
        BinaryPrimitives.WriteInt32LittleEndian(meta[24..], pageSize);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[64..], ulong.MaxValue); // nothing free
        BinaryPrimitives.WriteUInt16LittleEndian(meta[78..], (ushort)depth);
        BinaryPrimitives.WriteInt64LittleEndian(meta[104..], page == 0 ? 0 : entries);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[112..], page == 0 ? ulong.MaxValue : root); // the first meta page is the older one
        BinaryPrimitives.WriteInt64LittleEndian(meta[120..], _pages.Count - 1);
        BinaryPrimitives.WriteInt64LittleEndian(meta[128..], page);
    }
}
