using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Hostile;

/// <summary>PyTorch checkpoints part by part, sound or not.</summary>
internal static class TorchBytes
{
    public const string Folder = "archive/";

    /// <summary>{'a': a tensor of four floats}.</summary>
    public static byte[] SoundPickle { get; } = Dump(Dict(("a", Tensor(Storage()))));

    public static byte[] SoundData { get; } = [0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64]; // 1, 2, 3, 4

    public static byte[] SoundZip { get; } = Zip(SoundPickle);

    public static byte[] SoundLegacy { get; } = Legacy(SoundPickle);

    public static byte[] Dump(params byte[][] parts) => [0x80, 2, .. parts.SelectMany(p => p), (byte)'.'];

    /// <summary>A zip of a pickle and the storage '0' of four floats.</summary>
    public static byte[] Zip(byte[] pickle, params ZipRecord[] more) => ZipBytes.Of([new(Folder + "data.pkl", pickle), new(Folder + "version", [.. "3\n"u8]), new(Folder + "data/0", SoundData), .. more]);

    /// <summary>The older stream, with one storage.</summary>
    public static byte[] Legacy(byte[] pickle) => Legacy(pickle, [Text("0")], [.. Number(4), .. SoundData]);

    public static byte[] Legacy(byte[] pickle, byte[][] keys, byte[] storages, byte[]? magic = null, byte[]? version = null, byte[]? system = null) =>
    [
        .. magic ?? Dump(Integer(BigInteger.Parse("119547037146038801333356"))), .. version ?? Dump(Int(1001)),
        .. system ?? Dump(Dict(("protocol_version", Int(1001)), ("little_endian", [0x88]))), .. pickle, .. Dump([(byte)']', (byte)'(', .. keys.SelectMany(k => k), (byte)'e']), .. storages,
    ];

    public static byte[] Text(string text) => Pickles.Text(text);

    public static byte[] Int(long value) => Integer(value);

    public static byte[] Integer(BigInteger value) => value.ToByteArray() is var bytes ? [0x8a, (byte)bytes.Length, .. bytes] : [];

    public static byte[] Global(string module, string name) => [(byte)'c', .. Encoding.ASCII.GetBytes($"{module}\n{name}\n")];

    public static byte[] Tuple(params byte[][] items) => [(byte)'(', .. items.SelectMany(i => i), (byte)'t'];

    public static byte[] Dict(params (string Key, byte[] Value)[] items) => [(byte)'}', (byte)'(', .. items.SelectMany(i => (byte[])[.. Text(i.Key), .. i.Value]), (byte)'u'];

    public static byte[] Call(byte[] function, params byte[][] arguments) => [.. function, .. Tuple(arguments), (byte)'R'];

    public static byte[] Storage(string key = "0", long count = 4, string type = "FloatStorage") => [.. Tuple(Text("storage"), Global("torch", type), Text(key), Text("cpu"), Int(count)), (byte)'Q'];

    /// <summary>A tensor of shape (4) unless told otherwise.</summary>
    public static byte[] Tensor(byte[] storage, long offset = 0, long[]? shape = null, long[]? strides = null) => Call(Global("torch._utils", "_rebuild_tensor_v2"),
        storage, Int(offset), Tuple([.. (shape ?? [4]).Select(d => Int(d))]), Tuple([.. (strides ?? [1]).Select(s => Int(s))]), [0x89], Call(Global("collections", "OrderedDict")));

    public static byte[] Number(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Repeat(int times, params byte[] codes) => [.. Enumerable.Repeat(codes, times).SelectMany(c => c)];
}
