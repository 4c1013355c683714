using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using VFMTok.Pickle;

namespace VFMTok.Checkpoints.PyTorch;

/// <summary>A checkpoint as <c>torch.save</c> has written it since 1.6: a zip of one pickle and a record for each storage.</summary>
internal sealed class TorchZip : ITorchStorages
{
    private const int MostRecords = 200_000;
    private const long LongestPickle = 64 << 20, LongestPacked = 256 << 20;
    private const string PickleName = "data.pkl";

    private readonly ZipArchive _zip;
    private readonly TorchPickleRules _rules;
    private readonly Dictionary<string, ZipArchiveEntry> _records = new(StringComparer.Ordinal);
    private readonly string _folder;
    private readonly HashSet<string> _sound = []; // records whose checksum has been compared

    /// <summary>Opens the archive; it takes the stream over.</summary>
    public TorchZip(Stream stream, TorchPickleRules rules)
    {
        _rules = rules;
        _zip = new ZipArchive(stream, ZipArchiveMode.Read);
        if (_zip.Entries.Count > MostRecords) throw rules.Bad($"it has {_zip.Entries.Count} records where at most {MostRecords} are read");
        foreach (var entry in _zip.Entries)
        {
            if (entry.IsEncrypted) throw rules.Bad($"its record '{PickleRules.Short(entry.FullName)}' is encrypted");
            if (!_records.TryAdd(entry.FullName, entry)) throw rules.Bad($"it has the record '{PickleRules.Short(entry.FullName)}' twice");
        }
        var pickles = _records.Keys.Where(name => name.EndsWith("/" + PickleName, StringComparison.Ordinal) && name.IndexOf('/') == name.LastIndexOf('/')).ToArray();
        if (pickles.Length != 1) throw rules.Bad($"it is a zip with {pickles.Length} records named {PickleName} where a checkpoint has one");
        _folder = pickles[0][..^PickleName.Length];
        if (_records.ContainsKey(_folder + "constants.pkl")) throw rules.Bad("it is a TorchScript program and not a checkpoint");
        if (_records.TryGetValue(_folder + "byteorder", out var order) && Encoding.ASCII.GetString(Whole(order).Span) is var text && text != "little") throw rules.Bad($"its byte order is '{PickleRules.Short(text)}' where little is read");
    }

    /// <summary>Reads the pickle.</summary>
    public (object? Root, IReadOnlyCollection<string> Globals) ReadPickle()
    {
        var machine = new PickleMachine(Whole(_records[_folder + PickleName]), _rules);
        var root = machine.Read();
        foreach (var storage in _rules.Storages.Values)
        {
            if (!_records.TryGetValue(NameOf(storage), out var record)) throw _rules.Bad($"its storage '{PickleRules.Short(storage.Key)}' is missing");
            if (record.Length != storage.Length) throw _rules.Bad($"its storage '{PickleRules.Short(storage.Key)}' has {record.Length} bytes where {storage.Length} belong");
            if (!ZipClaims.IsPossible(record)) throw _rules.Bad($"its storage '{PickleRules.Short(storage.Key)}' claims {record.Length} bytes, more than can be packed in {record.CompressedLength}");
            if (record.Length > LongestPacked && record.CompressedLength != record.Length) // parts of it would be unpacked from its start again and again
                throw _rules.Bad($"its storage '{PickleRules.Short(storage.Key)}' is compressed, which PyTorch does not do, and longer than {LongestPacked} bytes");
        }
        return (root, machine.Globals);
    }

    /// <inheritdoc/>
    public void Read(TorchStorage storage, long offset, Span<byte> bytes)
    {
        var record = _records[NameOf(storage)];
        var whole = bytes.Length == record.Length;
        if (!whole) RequireSound(record);
        using var stream = record.Open();
        Skip(stream, offset);
        stream.ReadExactly(bytes);
        if (whole) Compare(record, Crc32.HashToUInt32(bytes));
    }

    public void Dispose() => _zip.Dispose();

    private string NameOf(TorchStorage storage) => $"{_folder}data/{storage.Key}";

    private ReadOnlyMemory<byte> Whole(ZipArchiveEntry record)
    {
        if (record.Length > LongestPickle) throw _rules.Bad($"its record '{PickleRules.Short(record.FullName)}' has {record.Length} bytes where at most {LongestPickle} are read");
        using var stream = record.Open();
        using var memory = new MemoryStream(); // grows with what is there, not with what is claimed
        CopyBounded(stream, memory, record.Length);
        var bytes = memory.GetBuffer().AsMemory(0, (int)memory.Length);
        Compare(record, Crc32.HashToUInt32(bytes.Span));
        return bytes;
    }

    private void CopyBounded(Stream from, Stream to, long length)
    {
        var buffer = new byte[1 << 16];
        for (int read; (read = from.Read(buffer)) > 0; to.Write(buffer, 0, read))
            if ((length -= read) < 0) throw _rules.Bad("a record of it is longer than it states");
    }

    // A part has no checksum, so the whole is read once, before the first part is used.
    private void RequireSound(ZipArchiveEntry record)
    {
        if (!_sound.Add(record.FullName)) return;
        using var stream = record.Open();
        var crc = new Crc32();
        crc.Append(stream);
        Compare(record, crc.GetCurrentHashAsUInt32());
    }

    private void Compare(ZipArchiveEntry record, uint crc)
    {
        if (crc != record.Crc32) throw _rules.Bad($"the checksum of its record '{PickleRules.Short(record.FullName)}' is wrong");
    }

    private static void Skip(Stream stream, long count)
    {
        if (stream.CanSeek)
        {
            stream.Position = count;
            return;
        }
        var buffer = new byte[1 << 16];
        while (count > 0)
        {
            var part = (int)Math.Min(count, buffer.Length);
            stream.ReadExactly(buffer, 0, part);
            count -= part;
        }
    }
}
