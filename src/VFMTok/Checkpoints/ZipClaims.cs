using System.IO.Compression;

namespace VFMTok.Checkpoints;

/// <summary>What a zip can truly say of its entries.</summary>
internal static class ZipClaims
{
    /// <summary>Most bytes that deflate makes of one: a length of 258 in two bits. A network may be that dense: new layers are all zeros.</summary>
    public const int MostRatio = 1032;

    /// <summary>Whether so many bytes can have been packed in so few.</summary>
    public static bool IsPossible(ZipArchiveEntry entry) => entry.Length >= 0 && entry.CompressedLength >= 0 && entry.Length / MostRatio <= entry.CompressedLength;
}
