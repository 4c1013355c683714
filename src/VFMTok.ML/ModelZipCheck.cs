using System.IO.Compression;
using VFMTok.Checkpoints;

namespace VFMTok.ML;

/// <summary>What a model zip must be before ML.NET sees it: ML.NET unpacks entries to temporary files and trusts their sizes and names.</summary>
/// <remarks>ML.NET writes <c>TransformerChain/Transform_000/Model.key</c> and the like, with the separator of the system that it runs on; both are read.</remarks>
internal static class ModelZipCheck
{
    /// <summary>Most entries. A chain has two to five for each of its steps.</summary>
    public const int MostEntries = 10_000;

    /// <summary>Most bytes of one entry, unpacked: twice what the largest network needs (7 billion numbers of 4 bytes).</summary>
    public const long MostEntryBytes = 64L << 30;

    /// <summary>Most bytes of all entries, unpacked.</summary>
    public const long MostBytes = 96L << 30;

    /// <summary>Most bytes of all entries for each byte of the file, once they are more than <see cref="FreeBytes"/>. Trained networks hardly shrink at all.</summary>
    public const int MostOverallRatio = 100;

    /// <summary>Bytes of all entries that are allowed whatever the size of the file.</summary>
    public const long FreeBytes = 64L << 20;

    /// <summary>Most characters of a name.</summary>
    public const int LongestName = 512;

    /// <summary>Most folders in a name: ML.NET loads a chain within a chain by recursion.</summary>
    public const int MostFolders = 16;

    private static readonly char[] Separators = ['/', '\\'];

    /// <summary>Checks a zip from its lists and local headers; nothing is unpacked.</summary>
    /// <param name="zip">The archive, open for reading.</param>
    /// <param name="fileLength">Bytes of the file.</param>
    /// <exception cref="InvalidDataException">It is too large, lies about its sizes or has names that ML.NET would not write; a clause without a full stop.</exception>
    public static void Require(ZipArchive zip, long fileLength)
    {
        if (zip.Entries.Count > MostEntries) throw Bad($"it has {zip.Entries.Count} entries where at most {MostEntries} are read");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase); // as some file systems see them
        long total = 0;
        foreach (var entry in zip.Entries)
        {
            RequireName(entry.FullName);
            if (!names.Add(entry.FullName.Replace('\\', '/'))) throw Bad($"it has the entry '{Short(entry.FullName)}' twice");
            RequireSize(entry, fileLength);
            total += entry.Length; // 10,000 entries of 64 GiB stay far below 2^63
            RequireReadable(entry);
        }
        if (total > MostBytes) throw Bad($"its entries claim {total} bytes where at most {MostBytes} are read");
        if (total > FreeBytes && total / MostOverallRatio > fileLength) throw Bad($"its entries claim {total} bytes, more than {MostOverallRatio} times its own {fileLength}");
    }

    private static void RequireName(string name)
    {
        var folders = name.Split(Separators);
        if (folders[^1].Length == 0 && folders.Length > 1) folders = folders[..^1]; // a folder itself, as other tools write them
        if (name.Length > LongestName || folders.Length - 1 > MostFolders) throw Bad($"the name of its entry '{Short(name)}' is longer or deeper than ML.NET's");
        if (folders.Any(f => string.IsNullOrWhiteSpace(f) || f.Trim('.', ' ').Length == 0 || f.Contains("..", StringComparison.Ordinal)) || name.Contains(':') || name.Any(char.IsControl))
            throw Bad($"its entry '{Short(name)}' does not stay in its folder");
    }

    private static void RequireSize(ZipArchiveEntry entry, long fileLength)
    {
        if (entry.Length is < 0 or > MostEntryBytes) throw Bad($"its entry '{Short(entry.FullName)}' claims {entry.Length} bytes where at most {MostEntryBytes} are read");
        if (entry.CompressedLength < 0 || entry.CompressedLength > fileLength) throw Bad($"its entry '{Short(entry.FullName)}' claims {entry.CompressedLength} packed bytes in a file of {fileLength}");
        if (!ZipClaims.IsPossible(entry)) throw Bad($"its entry '{Short(entry.FullName)}' claims {entry.Length} bytes, more than can be packed in {entry.CompressedLength}");
    }

    // Opening reads the local header: its place, and a method that can be undone.
    private static void RequireReadable(ZipArchiveEntry entry)
    {
        if (entry.IsEncrypted) throw Bad($"its entry '{Short(entry.FullName)}' is encrypted");
        try
        {
            entry.Open().Dispose();
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or IOException or ArgumentException)
        {
            throw Bad($"its entry '{Short(entry.FullName)}' is damaged or packed in a way that is not known");
        }
    }

    private static InvalidDataException Bad(string fault) => new(fault);

    private static string Short(string name) => Pickle.PickleRules.Short(name);
}
