using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using VFMTok.Checkpoints;
using VFMTok.Pickle;

namespace VFMTok.Numpy;

/// <summary>An archive of arrays as <c>numpy.savez</c> and <c>numpy.savez_compressed</c> write it: a zip of <c>NAME.npy</c>. Entries of other names are passed over.</summary>
internal sealed class NpzFile : IDisposable
{
    private const int MostEntries = 10_000;

    private readonly ZipArchive _zip;
    private readonly NpySource _source;
    private readonly OrderedDictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Opens an archive and takes the stream over.</summary>
    /// <param name="stream">Seekable.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidNumpyFileException">It is no such archive, or damaged, or hostile.</exception>
    public NpzFile(Stream stream, string name)
    {
        if (!stream.CanSeek) throw new ArgumentException("The stream is not seekable; copy it to a file, because the list of a zip lies at its end.", nameof(stream));
        _source = new NpySource(name);
        try
        {
            _zip = Archive(stream);
            foreach (var entry in _source.Guarded(() => _zip.Entries)) Add(entry);
        }
        catch
        {
            _zip?.Dispose();
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Names of the arrays, in the order of the archive.</summary>
    public IReadOnlyList<string> Names => [.. _entries.Keys];

    /// <summary>Opens a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidNumpyFileException">It is no such archive, or damaged, or hostile.</exception>
    public static NpzFile Open(string path) => new(OpenFile(path), Path.GetFileName(path));

    /// <summary>Opens an array, if there is one of that name. Each call reads it anew; readers of one file are not for several threads at a time.</summary>
    /// <exception cref="InvalidNumpyFileException">Its header is not a valid one.</exception>
    public bool TryGet(string name, [NotNullWhen(true)] out NpyReader? reader)
    {
        reader = null;
        if (!_entries.TryGetValue(name, out var entry)) return false;
        var source = _source with { Array = name };
        reader = new NpyReader(source.Guarded(entry.Open), source, entry.Length, entry.Crc32);
        return true;
    }

    /// <summary>Opens an array that must be there.</summary>
    /// <exception cref="InvalidNumpyFileException">There is none, or its header is not a valid one.</exception>
    public NpyReader Get(string name) => TryGet(name, out var reader)
        ? reader
        : throw _source.Bad($"has no array '{PickleRules.Short(name)}' but {(_entries.Count == 0 ? "none at all" : PickleRules.Short(string.Join(", ", _entries.Keys), most: 200))}", "give the file that belongs here");

    public void Dispose() => _zip.Dispose();

    internal static FileStream OpenFile(string path)
    {
        if (Directory.Exists(path)) throw new InvalidNumpyFileException($"'{path}' is a folder; give a file of NumPy arrays.");
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no file '{path}'; check the path.", path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
    }

    private ZipArchive Archive(Stream stream)
    {
        Span<byte> head = stackalloc byte[4];
        var start = stream.Position;
        var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        stream.Position = start;
        if (read == 0) throw _source.Bad("is empty");
        if (head is [0x93, (byte)'N', (byte)'U', (byte)'M']) throw _source.Bad("is a single array and no archive of arrays", "save it with numpy.savez");
        if (head is not [(byte)'P', (byte)'K', 3 or 5, 4 or 6]) throw _source.Bad("is no zip", "give an archive that numpy.savez wrote");
        return _source.Guarded(() => new ZipArchive(stream, ZipArchiveMode.Read));
    }

    private void Add(ZipArchiveEntry entry)
    {
        if (!entry.FullName.EndsWith(NpzNames.Suffix, StringComparison.Ordinal)) return;
        var name = entry.FullName[..^NpzNames.Suffix.Length];
        if (NpzNames.Fault(name) is { } fault) throw _source.Bad($"has the array '{PickleRules.Short(name)}', whose name {fault}");
        if (_entries.Count == MostEntries) throw _source.Bad($"has more than {MostEntries} arrays");
        var source = _source with { Array = name };
        if (entry.IsEncrypted) throw source.Bad("is encrypted", "save the archive without a password");
        if (!ZipClaims.IsPossible(entry)) throw source.Bad($"claims {entry.Length} bytes, more than can be packed in {entry.CompressedLength}");
        if (!_entries.TryAdd(name, entry)) throw source.Bad("is there twice");
    }
}
