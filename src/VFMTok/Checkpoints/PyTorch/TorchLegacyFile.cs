using System.Buffers.Binary;
using System.Numerics;
using VFMTok.Pickle;

namespace VFMTok.Checkpoints.PyTorch;

/// <summary>A checkpoint as <c>torch.save</c> wrote it before 1.6: pickles of a magic number, a version, facts of the system, the object and the storages' keys; then the storages.</summary>
internal sealed class TorchLegacyFile(Stream stream, string file, TorchPickleRules rules) : ITorchStorages
{
    private const long Version = 1001;
    private const int FirstPart = 1 << 20, LongestPart = 64 << 20;

    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356");

    private readonly Dictionary<string, long> _offsets = [];

    /// <summary>Reads the pickles and finds the storages.</summary>
    public (object? Root, IReadOnlyCollection<string> Globals) ReadPickles()
    {
        // How long the pickles are is not stated: more of the file is read until they end.
        for (var length = Math.Min(stream.Length, FirstPart); ; length = Math.Min(stream.Length, length * 8))
        {
            var head = new byte[length];
            stream.Position = 0;
            stream.ReadExactly(head);
            if (Parse(head, mayGrow: length < stream.Length && length < LongestPart) is { } result) return result;
        }
    }

    /// <inheritdoc/>
    public void Read(TorchStorage storage, long offset, Span<byte> bytes)
    {
        stream.Position = _offsets[storage.Key] + offset;
        stream.ReadExactly(bytes);
    }

    public void Dispose() => stream.Dispose();

    private (object? Root, IReadOnlyCollection<string> Globals)? Parse(byte[] head, bool mayGrow)
    {
        var at = 0;
        var globals = new SortedSet<string>(StringComparer.Ordinal);
        var objectRules = new TorchPickleRules(file); // each try starts anew
        object? Next(PickleRules of)
        {
            var machine = new PickleMachine(head.AsMemory(at), of);
            try
            {
                var value = machine.Read();
                at += machine.Position;
                globals.UnionWith(machine.Globals);
                return value;
            }
            catch (InvalidCheckpointException) when (machine.IsCutOff && mayGrow)
            {
                throw new CutOffException();
            }
        }
        try
        {
            if (Next(rules) is not BigInteger magic || magic != Magic) throw rules.Bad("it is a pickle that PyTorch did not write");
            if (Next(rules) is not Version) throw rules.Bad($"its version is another one than {Version}");
            if (Next(rules) is not OrderedDictionary<object, object?> system || !system.TryGetValue("little_endian", out var little) || little is not true) throw rules.Bad("its byte order is not stated as little");
            var root = Next(objectRules);
            if (Next(rules) is not List<object?> keys) throw rules.Bad("its list of storages is missing");
            FindStorages(keys, objectRules.Storages, at);
            return (root, globals);
        }
        catch (CutOffException)
        {
            return null;
        }
    }

    private void FindStorages(List<object?> keys, IReadOnlyDictionary<string, TorchStorage> storages, long at)
    {
        Span<byte> count = stackalloc byte[8];
        foreach (var key in keys)
        {
            if (key is not string text || !storages.TryGetValue(text, out var storage)) throw rules.Bad("it lists a storage that no tensor uses");
            if (stream.Length - at < 8 + storage.Length) throw rules.Bad($"it ends within storage '{PickleRules.Short(text)}'");
            stream.Position = at;
            stream.ReadExactly(count);
            var stated = BinaryPrimitives.ReadInt64LittleEndian(count);
            if (stated != storage.Count) throw rules.Bad($"its storage '{PickleRules.Short(text)}' has {stated} numbers where {storage.Count} belong");
            if (!_offsets.TryAdd(text, at + 8)) throw rules.Bad($"it lists the storage '{PickleRules.Short(text)}' twice");
            at += 8 + storage.Length;
        }
        foreach (var key in storages.Keys)
            if (!_offsets.ContainsKey(key)) throw rules.Bad($"its storage '{PickleRules.Short(key)}' is missing");
        if (at != stream.Length) throw rules.Bad($"{stream.Length - at} bytes follow its last storage");
    }

    private sealed class CutOffException : Exception;
}
