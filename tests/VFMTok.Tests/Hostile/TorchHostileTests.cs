using VFMTok.Checkpoints;
using VFMTok.Tests.Shared;
using static TorchSharp.torch;
using static VFMTok.Tests.Hostile.TorchBytes;

namespace VFMTok.Tests.Hostile;

/// <summary>PyTorch files whose tensors, records or storages do not fit together.</summary>
public class TorchHostileTests
{
    private const string Name = "hostile.pt";
    private const long Huge = 1L << 40, Most = long.MaxValue;

    private static readonly Dictionary<string, (Func<byte[]> Value, string Fault)> Tensors = new()
    {
        ["a negative offset"] = (() => Tensor(Storage(), offset: -1), "negative or impossible"),
        ["a negative size"] = (() => Tensor(Storage(), shape: [-4]), "negative or impossible"),
        ["a negative stride"] = (() => Tensor(Storage(), strides: [-1]), "negative or impossible"),
        ["fewer strides than sizes"] = (() => Tensor(Storage(), shape: [2, 2]), "negative or impossible"),
        ["17 dimensions"] = (() => Tensor(Storage(), shape: [.. Enumerable.Repeat(1L, 17)], strides: [.. Enumerable.Repeat(1L, 17)]), "negative or impossible"),
        ["a size beyond the storage"] = (() => Tensor(Storage(), shape: [5]), "reaches beyond"),
        ["an offset beyond the storage"] = (() => Tensor(Storage(), offset: 1), "reaches beyond"),
        ["the greatest offset"] = (() => Tensor(Storage(), offset: Most), "larger than any file"),
        ["a stride beyond the storage"] = (() => Tensor(Storage(), strides: [2]), "reaches beyond"),
        ["the greatest stride"] = (() => Tensor(Storage(), strides: [Most]), "larger than any file"),
        ["the greatest size"] = (() => Tensor(Storage(), shape: [Most], strides: [0]), "repeats 4 numbers"),
        ["sizes that wrap"] = (() => Tensor(Storage(), shape: [1L << 32, 1L << 32], strides: [0, 0]), "larger than any file"),
        ["no numbers of too many"] = (() => Tensor(Storage(), shape: [0, 1L << 62, 1L << 62], strides: [1, 1, 1]), "larger than any file"),
        ["four numbers repeated 2^40 times"] = (() => Tensor(Storage(), shape: [Huge], strides: [0]), "repeats 4 numbers"),
        ["four numbers repeated in a square"] = (() => Tensor(Storage(), shape: [1L << 20, 1L << 20], strides: [0, 0]), "repeats 4 numbers"),
        ["a size of a text"] = (() => Call(Global("torch._utils", "_rebuild_tensor_v2"), Storage(), Int(0), Tuple(Text("4")), Tuple(Int(1)), [0x89], [(byte)'N']), "no integer"),
        ["a size beyond 64 bits"] = (() => Call(Global("torch._utils", "_rebuild_tensor_v2"), Storage(), Int(0), Tuple(Integer(System.Numerics.BigInteger.One << 70)), Tuple(Int(1)), [0x89], [(byte)'N']), "no integer"),
        ["a storage of None"] = (() => Tensor([(byte)'N']), "in a way that PyTorch does not"),
        ["a storage of a tensor"] = (() => Tensor(Tensor(Storage())), "in a way that PyTorch does not"),
        ["a negative storage"] = (() => Tensor(Storage(count: -1)), "claims -1 numbers"),
        ["the greatest storage"] = (() => Tensor(Storage(count: Most)), $"claims {Most} numbers"),
        ["a storage of 2^40 numbers"] = (() => Tensor(Storage(count: Huge)), "storage '0'"),
        ["a storage shorter than it is"] = (() => Tensor(Storage(count: 3), shape: [3]), "storage '0'"),
        ["a storage of another type"] = (() => Tensor(Storage(type: "DoubleStorage")), "storage '0'"),
        ["a storage that is not there"] = (() => Tensor(Storage(key: "1")), "storage '1' is missing"),
        ["a storage outside of the folder"] = (() => Tensor(Storage(key: "../data.pkl")), "storage '../data.pkl' is missing"),
        ["a storage of two lines"] = (() => Tensor(Storage(key: "a\nb")), "storage 'a?b' is missing"),
        ["a storage of two sizes"] = (() => Tuple(Storage(), Storage(count: 5)), "stated in two ways"),
        ["a storage of two types"] = (() => Tuple(Storage(), Storage(type: "IntStorage")), "stated in two ways"),
        ["a storage of an unknown type"] = (() => Tensor(Storage(type: "Size")), "takes torch.Size for a type of numbers"),
        ["a reference that is a text"] = (() => [.. Text("storage"), (byte)'Q'], "in a way that PyTorch does not"),
        ["a reference to a module"] = (() => [.. Tuple(Text("module"), Global("torch", "FloatStorage"), Text("x"), Text("y")), (byte)'Q'], "in a way that PyTorch does not"),
        ["a view of a storage"] = (() => [.. Tuple(Text("storage"), Global("torch", "FloatStorage"), Text("0"), Text("cpu"), Int(4), Tuple(Text("v"), Int(0), Int(4))), (byte)'Q'], "is a view of another one"),
    };

    private static readonly Dictionary<string, (Func<byte[]> Zip, string Fault)> Zips = new()
    {
        ["no records"] = (() => [.. "PK\x03\x04"u8, .. new byte[40]], "its data are damaged"),
        ["no pickle"] = (() => ZipBytes.Of(new ZipRecord("archive/data/0", SoundData)), "with 0 records named data.pkl"),
        ["a pickle at the top"] = (() => ZipBytes.Of(new ZipRecord("data.pkl", SoundPickle)), "with 0 records named data.pkl"),
        ["a pickle too deep"] = (() => ZipBytes.Of(new ZipRecord("a/b/data.pkl", SoundPickle)), "with 0 records named data.pkl"),
        ["two pickles"] = (() => Zip(SoundPickle, new ZipRecord("other/data.pkl", SoundPickle)), "with 2 records named data.pkl"),
        ["the pickle twice"] = (() => Zip(SoundPickle, new ZipRecord(Folder + "data.pkl", SoundPickle)), "twice"),
        ["a storage twice"] = (() => Zip(SoundPickle, new ZipRecord(Folder + "data/0", SoundData)), "twice"),
        ["a name of two lines twice"] = (() => Zip(SoundPickle, new("a\nb", []), new("a\nb", [])), "'a?b' twice"),
        ["a missing storage"] = (() => ZipBytes.Of(new ZipRecord(Folder + "data.pkl", SoundPickle)), "storage '0' is missing"),
        ["a storage elsewhere"] = (() => ZipBytes.Of(new(Folder + "data.pkl", SoundPickle), new("other/data/0", SoundData)), "storage '0' is missing"),
        ["a storage cut off"] = (() => With(r => r with { Data = SoundData[..12] }), "has 12 bytes where 16 belong"),
        ["a storage too long"] = (() => With(r => r with { Data = [.. SoundData, 0] }), "has 17 bytes where 16 belong"),
        ["a wrong checksum of the pickle"] = (() => ZipBytes.Of(new(Folder + "data.pkl", SoundPickle) { Crc = 1 }, new(Folder + "data/0", SoundData)), "checksum of its record 'archive/data.pkl' is wrong"),
        ["a wrong checksum of a storage"] = (() => With(r => r with { Crc = 1 }), "checksum of its record 'archive/data/0' is wrong"),
        ["a storage that claims more than it has"] = (() => With(r => r with { Data = SoundData[..8], Length = 16, PackedLength = 8 }), "damaged"),
        ["a packed storage that claims more than it has"] = (() => With(r => r with { Data = SoundData[..8], Length = 16, Deflated = true }), "hostile.pt"),
        ["a packed storage that claims less than it has"] = (() => With(r => r with { Data = [.. SoundData, .. SoundData], Length = 16, Deflated = true }), "checksum"),
        ["a packed storage of noise"] = (() => With(r => r with { Method = 8 }), "damaged"),
        ["a pickle that claims less than it has"] = (() => ZipBytes.Of(new(Folder + "data.pkl", SoundPickle) { Length = 10, Deflated = true }, new(Folder + "data/0", SoundData)), "checksum"),
        ["a pickle of 2 GiB"] = (() => ZipBytes.Of(new(Folder + "data.pkl", SoundPickle) { Length = int.MaxValue }, new(Folder + "data/0", SoundData)), "has 2147483647 bytes where at most"),
        ["a pickle of 65 MiB of zeros"] = (() => ZipBytes.Of(new(Folder + "data.pkl", new byte[65 << 20]) { Deflated = true }, new(Folder + "data/0", SoundData)), "bytes where at most 67108864"),
        ["a pickle of 64 MiB of values"] = (() => ZipBytes.Of(new(Folder + "data.pkl", [0x80, 2, .. Enumerable.Repeat((byte)']', (64 << 20) - 2)]) { Deflated = true }, new(Folder + "data/0", SoundData)), "more than 2000000 values"),
        ["a pickle of 60 MiB of text"] = (() => ZipBytes.Of(new(Folder + "data.pkl", Dump(Text(new string('a', 60 << 20)))) { Deflated = true }, new(Folder + "data/0", SoundData)), "holds no weights"),
        ["a storage that cannot have been packed"] = (() => Packed(count: 250_000_000, new byte[100]), "more than can be packed in"),
        ["a packed storage of 300 MiB"] = (() => Packed(count: 75 << 20, new byte[400_000]), "is compressed, which PyTorch does not do"),
        ["an encrypted record"] = (() => With(r => r with { Flags = 1 }), "is encrypted"),
        ["an unknown method"] = (() => With(r => r with { Method = 12 }), "damaged"),
        ["a storage outside of the file"] = (() => With(r => r with { Offset = 0x7fffffff }), "damaged"),
        ["a storage at the pickle's place"] = (() => With(r => r with { Offset = 0 }), "checksum"),
        ["a storage within a header"] = (() => With(r => r with { Offset = 3 }), "damaged"),
        ["a storage of 2^62 bytes"] = (() => With(r => r with { Length64 = 1UL << 62 }), "bytes where 16 belong"),
        ["a storage of 2^63 bytes"] = (() => With(r => r with { Length64 = 1UL << 63 }), "bytes where 16 belong"),
        ["more records than there are"] = (() => ZipBytes.Counted([new(Folder + "data.pkl", SoundPickle), new(Folder + "data/0", SoundData)], count: 60000), "damaged"),
        ["fewer records than there are"] = (() => ZipBytes.Counted([new(Folder + "data.pkl", SoundPickle), new(Folder + "data/0", SoundData)], count: 1), "damaged"),
        ["a TorchScript program"] = (() => Zip(SoundPickle, new ZipRecord(Folder + "constants.pkl", Dump([(byte)')']))), "TorchScript program"),
        ["big endian numbers"] = (() => Zip(SoundPickle, new ZipRecord(Folder + "byteorder", [.. "big"u8])), "byte order is 'big'"),
        ["an unknown byte order"] = (() => Zip(SoundPickle, new ZipRecord(Folder + "byteorder", [.. "little\nbig"u8])), "byte order is 'little?big'"),
        ["a byte order of 1 GiB"] = (() => Zip(SoundPickle, new ZipRecord(Folder + "byteorder", [.. "little"u8]) { Length = 1 << 30 }), "bytes where at most"),
        ["an archive in an archive"] = (() => ZipBytes.Of(new ZipRecord("model.pt", SoundZip)), "with 0 records named data.pkl"),
    };

    private static readonly Dictionary<string, (Func<byte[]> Stream, string Fault)> Streams = new()
    {
        ["another magic number"] = (() => Legacy(SoundPickle, [Text("0")], Data, magic: Dump(Int(42))), "PyTorch did not write"),
        ["a magic text"] = (() => Legacy(SoundPickle, [Text("0")], Data, magic: Dump(Text("magic"))), "PyTorch did not write"),
        ["version 1000"] = (() => Legacy(SoundPickle, [Text("0")], Data, version: Dump(Int(1000))), "version is another one than 1001"),
        ["a version of None"] = (() => Legacy(SoundPickle, [Text("0")], Data, version: Dump([(byte)'N'])), "version is another one than 1001"),
        ["big endian numbers"] = (() => Legacy(SoundPickle, [Text("0")], Data, system: Dump(Dict(("little_endian", [0x89])))), "byte order is not stated as little"),
        ["no byte order"] = (() => Legacy(SoundPickle, [Text("0")], Data, system: Dump(Dict())), "byte order is not stated as little"),
        ["a function in the facts of the system"] = (() => Legacy(SoundPickle, [Text("0")], Data, system: Dump(Global("os", "system"))), "asks for os.system"),
        ["a function in the list of storages"] = (() => Legacy(SoundPickle, [Global("os", "system")], Data), "asks for os.system"),
        ["no list of storages"] = (() => [.. Legacy(SoundPickle, [], [])[..^4], (byte)'N', (byte)'.'], "list of storages is missing"),
        ["a byte after the last storage"] = (() => [.. SoundLegacy, 0], "1 bytes follow"),
        ["a storage listed twice"] = (() => Legacy(SoundPickle, [Text("0"), Text("0")], [.. Data, .. Data]), "twice"),
        ["a storage not listed"] = (() => Legacy(SoundPickle, [], []), "storage '0' is missing"),
        ["a storage that no tensor uses"] = (() => Legacy(SoundPickle, [Text("1")], Data), "that no tensor uses"),
        ["a storage named by a number"] = (() => Legacy(SoundPickle, [Int(0)], Data), "that no tensor uses"),
        ["a count of zero"] = (() => Legacy(SoundPickle, [Text("0")], [.. Number(0), .. SoundData]), "has 0 numbers where 4 belong"),
        ["a negative count"] = (() => Legacy(SoundPickle, [Text("0")], [.. Number(-4), .. SoundData]), "has -4 numbers where 4 belong"),
        ["the greatest count"] = (() => Legacy(SoundPickle, [Text("0")], [.. Number(Most), .. SoundData]), "numbers where 4 belong"),
        ["a storage cut off"] = (() => SoundLegacy[..^1], "ends within storage '0'"),
        ["no count"] = (() => SoundLegacy[..^20], "ends within storage '0'"),
        ["a storage of 2^59 numbers"] = (() => Legacy(Dump(Dict(("a", Tensor(Storage(count: (1L << 59) - 1))))), [Text("0")], [.. Number((1L << 59) - 1), .. SoundData]), "ends within storage '0'"),
        ["a pickle that never ends"] = (() => [.. Dump(Integer(System.Numerics.BigInteger.Parse("119547037146038801333356"))), 0x80, 2, .. Repeat(3_000_000, (byte)'N', (byte)'0')], "no sound PyTorch checkpoint"),
        ["a text as long as a large file"] = (() => [.. Dump(Integer(System.Numerics.BigInteger.Parse("119547037146038801333356"))), 0x80, 2, (byte)'X', 0, 0, 0, 127, .. new byte[70 << 20]], "claims 2130706432 bytes"),
    };

    private static byte[] Data => [.. Number(4), .. SoundData];

    /// <summary>One of the files.</summary>
    internal static byte[] Bytes(string name) => Tensors.TryGetValue(name, out var tensor) ? Zip(Dump(Dict(("a", tensor.Value())))) : Zips[name].Zip();

    public static TheoryData<string> TensorNames() => [.. Tensors.Keys];

    public static TheoryData<string> ZipNames() => [.. Zips.Keys];

    public static TheoryData<string> StreamNames() => [.. Streams.Keys];

    public static TheoryData<int> Sixteenths() => [.. Enumerable.Range(0, 16)];

    [Theory]
    [MemberData(nameof(TensorNames))]
    public void A_tensor_that_does_not_fit_is_refused(string name)
    {
        var pickle = Dump(Dict(("a", Tensors[name].Value())));
        Refuse(Zip(pickle), Tensors[name].Fault);
        if (!Tensors[name].Fault.Contains("is missing", StringComparison.Ordinal)) Refuse(Legacy(pickle), Tensors[name].Fault);
    }

    [Theory]
    [MemberData(nameof(ZipNames))]
    public void A_zip_that_lies_is_refused(string name) => Refuse(Zips[name].Zip(), Zips[name].Fault);

    [Theory]
    [MemberData(nameof(StreamNames))]
    public void An_older_file_that_lies_is_refused(string name) => Refuse(Streams[name].Stream(), Streams[name].Fault);

    [Theory]
    [MemberData(nameof(Sixteenths))]
    public void A_file_cut_off_is_refused(int sixteenths)
    {
        Refuse(SoundZip[..(SoundZip.Length * sixteenths / 16)], "");
        Refuse(SoundLegacy[..(SoundLegacy.Length * sixteenths / 16)], "");
    }

    [Fact]
    public void The_files_are_sound_without_their_lies()
    {
        using var scope = NewDisposeScope();
        foreach (var bytes in new[] { SoundZip, SoundLegacy, With(r => r with { Deflated = true }) })
        {
            using var file = CheckpointFile.Open(new MemoryStream(bytes), Name);
            Assert.Equal([1f, 2f, 3f, 4f], file.Weights.Read("a").data<float>().ToArray());
        }
    }

    [Fact]
    public void Numbers_may_be_repeated_within_reason()
    {
        using var scope = NewDisposeScope();
        using var file = CheckpointFile.Open(new MemoryStream(Zip(Dump(Dict(("a", Tensor(Storage(), shape: [1000, 4], strides: [0, 1])))))), Name);
        Assert.Equal([1000, 4], file.Weights.Read("a").shape);
    }

    private static void Refuse(byte[] bytes, string fault) => Refusal.Of<InvalidCheckpointException>(Name, fault, () =>
    {
        using var scope = NewDisposeScope();
        using var file = CheckpointFile.Open(new MemoryStream(bytes), Name);
        foreach (var name in file.Weights.Names) file.Weights.Read(name).Dispose();
        return null;
    });

    private static byte[] With(Func<ZipRecord, ZipRecord> storage) => ZipBytes.Of(new ZipRecord(Folder + "data.pkl", SoundPickle), storage(new ZipRecord(Folder + "data/0", SoundData)));

    private static byte[] Packed(int count, byte[] data) =>
        ZipBytes.Of(new ZipRecord(Folder + "data.pkl", Dump(Dict(("a", Tensor(Storage(count: count), shape: [1]))))), new ZipRecord(Folder + "data/0", data) { Method = 8, Length = (uint)count * 4 });
}
