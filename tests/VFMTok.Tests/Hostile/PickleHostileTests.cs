using System.Text;
using VFMTok.Checkpoints;
using VFMTok.Tests.Shared;
using static VFMTok.Tests.Hostile.TorchBytes;

namespace VFMTok.Tests.Hostile;

/// <summary>Pickles that would run something, or that confuse their reader: refused, as a zip and as the older stream.</summary>
public class PickleHostileTests
{
    private const string Name = "hostile.pt";

    private static readonly Dictionary<string, (Func<byte[]> Pickle, string Fault)> Cases = new()
    {
        ["empty"] = (() => [], "no sound PyTorch checkpoint"),
        ["no protocol"] = (() => [(byte)'N', (byte)'.'], "does not start as one"),
        ["protocol 1"] = (() => [0x80, 1, (byte)'N', (byte)'.'], "does not start as one"),
        ["protocol 6"] = (() => [0x80, 6, (byte)'N', (byte)'.'], "does not start as one"),
        ["no end"] = (() => Dump()[..^1], "ends too early"),
        ["nothing on the stack"] = (() => Dump(), "takes more values than it gives"),
        ["two objects"] = (() => Dump([(byte)'N', (byte)'N']), "more than one object"),
        ["a mark alone"] = (() => Dump([(byte)'(']), "takes more values than it gives"),
        ["a value and a mark"] = (() => Dump([(byte)'N', (byte)'(']), "takes more values than it gives"),
        ["a pop too many"] = (() => Dump([(byte)'0']), "takes more values than it gives"),
        ["a pop of a mark"] = (() => Dump([(byte)'(', (byte)'0', (byte)'N']), "takes more values than it gives"),
        ["a tuple without a mark"] = (() => Dump([(byte)'N', (byte)'t']), "takes more values than it gives"),
        ["a tuple of three from one"] = (() => Dump([(byte)'N', 0x87]), "takes more values than it gives"),
        ["an append to nothing"] = (() => Dump([(byte)'N', (byte)'a']), "takes more values than it gives"),
        ["an append to None"] = (() => Dump([(byte)'N', (byte)'N', (byte)'a']), "list is damaged"),
        ["an append to a tuple"] = (() => Dump([(byte)')', (byte)'N', (byte)'a']), "list is damaged"),
        ["appends to a mark"] = (() => Dump([(byte)'(', (byte)'(', (byte)'e']), "takes more values than it gives"),
        ["an item of a list"] = (() => Dump([(byte)']'], Text("k"), [(byte)'N', (byte)'s']), "dict is damaged"),
        ["a key without a value"] = (() => Dump([(byte)'}', (byte)'('], Text("k"), [(byte)'u']), "dict is damaged"),
        ["a key that is a list"] = (() => Dump([(byte)'}', (byte)']', (byte)'N', (byte)'s']), "neither text nor number"),
        ["a key that is None"] = (() => Dump([(byte)'}', (byte)'N', (byte)'N', (byte)'s']), "neither text nor number"),
        ["a key that is a dict itself"] = (() => Dump([(byte)'}', 0x94, (byte)'h', 0, (byte)'N', (byte)'s']), "neither text nor number"),
        ["a memo that is not there"] = (() => Dump([(byte)'h', 7]), "refers to a value that it has not given"),
        ["a long memo that is not there"] = (() => Dump([(byte)'j', 255, 255, 255, 255]), "refers to a value that it has not given"),
        ["a memo of nothing"] = (() => Dump([(byte)'q', 0, (byte)'N']), "takes more values than it gives"),
        ["a memo of a mark"] = (() => Dump([(byte)'(', 0x94, (byte)'N']), "takes more values than it gives"),
        ["a text longer than the file"] = (() => Dump([(byte)'X', 255, 255, 255, 127]), "claims 2147483647 bytes"),
        ["a text of 2^64 - 1 bytes"] = (() => Dump([0x8d, 255, 255, 255, 255, 255, 255, 255, 255]), "claims 18446744073709551615 bytes"),
        ["bytes longer than the file"] = (() => Dump([(byte)'B', 255, 255, 255, 255]), "claims 4294967295 bytes"),
        ["a byte array of 2^63 bytes"] = (() => Dump([0x96, 0, 0, 0, 0, 0, 0, 0, 128]), "claims 9223372036854775808 bytes"),
        ["a frame longer than the file"] = (() => Dump([0x95, 0, 0, 0, 0, 1, 0, 0, 0]), "claims 4294967296 bytes"),
        ["a text that is no UTF-8"] = (() => Dump([0x8c, 2, 0xc0, 0x80]), "no UTF-8"),
        ["half a surrogate"] = (() => Dump([0x8c, 3, 0xed, 0xa0, 0x80]), "no UTF-8"),
        ["an int of 65 bytes"] = (() => Dump([0x8a, 65], new byte[65]), "has 65 bytes where at most 64"),
        ["an int of a million bytes"] = (() => Dump([0x8b, 64, 66, 15, 0], new byte[1_000_000]), "has 1000000 bytes where at most 64"),
        ["an int longer than the file"] = (() => Dump([0x8b, 255, 255, 255, 127]), "claims 2147483647 bytes"),
        ["a double cut off"] = (() => [0x80, 2, (byte)'G', 1, 2], "ends too early"),
        ["a name without an end"] = (() => Dump([(byte)'c', (byte)'o', (byte)'s']), "does not end"),
        ["a name of a thousand characters"] = (() => Dump(Global(new string('m', 1000), "n")), "does not end"),
        ["a name of two numbers"] = (() => Dump([(byte)'K', 1, (byte)'K', 2, 0x93]), "asks for ."),
        ["a call of None"] = (() => Dump([(byte)'N', (byte)')', (byte)'R']), "calls what is no name"),
        ["a call of a text"] = (() => Dump(Text("os.system"), [(byte)')', (byte)'R']), "calls what is no name"),
        ["a call without arguments"] = (() => Dump(Global("collections", "OrderedDict"), [(byte)'N', (byte)'R']), "with no arguments"),
        ["a call with a list"] = (() => Dump(Global("collections", "OrderedDict"), [(byte)']', (byte)'R']), "with no arguments"),
        ["a call of a call"] = (() => Dump(Call(Global("collections", "OrderedDict")), [(byte)')', (byte)'R']), "calls what is no name"),
        ["an ordered dict of items"] = (() => Dump(Call(Global("collections", "OrderedDict"), [(byte)']'])), "in a way that PyTorch does not"),
        ["a namespace with arguments"] = (() => Dump(Call(Global("argparse", "Namespace"), Int(1))), "in a way that PyTorch does not"),
        ["a call of a storage type"] = (() => Dump(Call(Global("torch", "FloatStorage"), Int(1L << 40))), "in a way that PyTorch does not"),
        ["a size of no tuple"] = (() => Dump(Call(Global("torch", "Size"), Int(1))), "in a way that PyTorch does not"),
        ["a parameter of no tensor"] = (() => Dump(Call(Global("torch._utils", "_rebuild_parameter"), Int(1))), "in a way that PyTorch does not"),
        ["a tensor of nothing"] = (() => Dump(Call(Global("torch._utils", "_rebuild_tensor_v2"))), "in a way that PyTorch does not"),
        ["bytes of a number"] = (() => Dump(Call(Global("builtins", "bytes"), Int(1L << 40))), "not written"),
        ["bytes in another encoding"] = (() => Dump(Call(Global("_codecs", "encode"), Text("a"), Text("rot13"))), "not written"),
        ["bytes of other letters"] = (() => Dump(Call(Global("_codecs", "encode"), Text("\u4e00"), Text("latin1"))), "not written"),
        ["bytes repeated without end"] = (() => Dump(Text(new string('a', 10_000)), [0x94, (byte)'0'], Global("_codecs", "encode"), [(byte)'('], Repeat(1, (byte)'h', 0), Text("latin1"), [(byte)'t', 0x94, (byte)'0', (byte)'0'],
            Repeat(1000, [.. Global("_codecs", "encode"), (byte)'h', 1, (byte)'R', (byte)'0'])), "repeats its bytes"),
        ["a state for None"] = (() => Dump([(byte)'N', (byte)'}', (byte)'b']), "has none"),
        ["a state for a list"] = (() => Dump([(byte)']', (byte)'}', (byte)'b']), "has none"),
        ["a state for a tensor"] = (() => Dump(Tensor(Storage()), [(byte)'}', (byte)'b']), "has none"),
        ["a state that is a text"] = (() => Dump(Call(Global("argparse", "Namespace")), Text("a"), [(byte)'b']), "no dict"),
        ["a state for nothing"] = (() => Dump([(byte)'}', (byte)'b']), "takes more values than it gives"),
        ["more values than any"] = (() => Dump([(byte)'('], Repeat(2_000_001, (byte)'N'), [(byte)'t']), "holds more than 2000000 values"),
        ["more dicts than any"] = (() => Dump([(byte)'('], Repeat(2_000_001, (byte)'}'), [(byte)'t']), "holds more than 2000000 values"),
        ["a list in itself"] = (() => Dump([(byte)']', 0x94, (byte)'h', 0, (byte)'a']), "nested without end"),
        ["a dict in itself"] = (() => Dump([(byte)'}', 0x94], Text("k"), [(byte)'h', 0, (byte)'s']), "nested without end"),
        ["a namespace in itself"] = (() => Dump(Call(Global("argparse", "Namespace")), [0x94, (byte)'}'], Text("k"), [(byte)'h', 0, (byte)'s', (byte)'b']), "nested without end"),
        ["lists doubled forty times"] = (() => Dump([(byte)']', 0x94], [.. Enumerable.Range(0, 40).SelectMany(i => (byte[])[(byte)']', 0x94, (byte)'h', (byte)i, (byte)'a', (byte)'h', (byte)i, (byte)'a'])], [(byte)'(', (byte)'l']), "it uses LIST"),
        ["lists doubled, 40 deep"] = (() => Dump(Doubled(40, [(byte)']'])), "nested without end"),
        ["lists tenfold, 12 deep"] = (() => Dump(Shared(12, 10, [(byte)']'])), "nested without end"),
        ["tensors tenfold, 6 deep"] = (() => Dump(Shared(6, 10, Tensor(Storage()))), "more than 100000 tensors"),
        ["tensors under long names"] = (() => Dump([(byte)'}'], Text(new string('n', 100_000)), Shared(4, 10, Tensor(Storage())), [(byte)'s']), "names of its tensors are longer"),
        ["a hundred thousand tuples in each other"] = (() => Dump([(byte)')'], Repeat(100_000, 0x85)), "nested without end"),
        ["keys that collide"] = (() => Dump([(byte)'}', (byte)'('], [.. Enumerable.Range(1, 300_000).SelectMany(i => (byte[])[0x8a, 8, .. Number(((long)i << 32) | (uint)i), (byte)'N'])], [(byte)'u']), "holds no weights"),
        ["fractional keys that collide"] = (() => Dump([(byte)'}', (byte)'('], [.. Enumerable.Range(1, 300_000).SelectMany(i => (byte[])[(byte)'G', .. Number(((long)i << 32) | (uint)i).Reverse(), (byte)'N'])], [(byte)'u']), "holds no weights"),
        ["a number instead of a dict"] = (() => Dump(Int(1)), "holds no weights (it is no dict)"),
        ["keys of two lines and no weights"] = (() => Dump(Dict(("a\nb", Int(1)))), "its keys are a?b"),
        ["a tensor's name of two lines"] = (() => Dump(Dict(("a\nb", Tensor(Storage())))), "holds a tensor 'a?b'"),
        ["a tensor's name of 10,000 characters"] = (() => Dump(Dict((new string('n', 10_000), Tensor(Storage())))), "allowed are names of 1 to 1024 characters"),
        ["a tensor without a name"] = (() => Dump(Dict(("", Tensor(Storage())))), "allowed are names of 1 to 1024 characters"),
    };

    public static TheoryData<string> Names() => [.. Cases.Keys];

    public static TheoryData<byte> Opcodes() =>
        [.. "2FILPSVdglopi"u8, 0x82, 0x83, 0x84, 0x8f, 0x90, 0x91, 0x92, 0x97, 0x98, 0x00, 0x0a, 0x7f, 0x99, 0xff];

    public static TheoryData<string, string> Functions() => new()
    {
        { "os", "system" }, { "posix", "system" }, { "nt", "system" }, { "os", "popen" }, { "os", "execv" }, { "os", "remove" }, { "subprocess", "Popen" }, { "subprocess", "check_output" },
        { "subprocess", "run" }, { "builtins", "exec" }, { "builtins", "eval" }, { "builtins", "compile" }, { "builtins", "getattr" }, { "builtins", "__import__" }, { "builtins", "open" },
        { "__builtin__", "eval" }, { "__builtin__", "file" }, { "__main__", "Evil" }, { "torch", "load" }, { "torch.hub", "load" }, { "torch.hub", "download_url_to_file" }, { "torch", "_C" },
        { "torch.utils.cpp_extension", "load" }, { "torch._utils", "_rebuild_tensor" }, { "torch._utils", "_rebuild_sparse_tensor" }, { "torch._tensor", "_rebuild_from_type_v2" },
        { "torch.storage", "_load_from_bytes" }, { "torch.nn.modules.linear", "Linear" }, { "numpy.core.multiarray", "_reconstruct" }, { "numpy.core.multiarray", "scalar" }, { "numpy", "dtype" },
        { "numpy.testing._private.utils", "runstring" }, { "pathlib", "PosixPath" }, { "shutil", "rmtree" }, { "socket", "create_connection" }, { "webbrowser", "open" }, { "runpy", "run_path" },
        { "importlib", "import_module" }, { "pickle", "loads" }, { "marshal", "loads" }, { "functools", "partial" }, { "operator", "attrgetter" }, { "codecs", "encode" }, { "types", "CodeType" },
        { "collections", "defaultdict" }, { "collections.OrderedDict", "fromkeys" }, { "bdb", "Bdb" }, { "ctypes", "CDLL" }, { "sys", "exit" }, { "torch", "Size.__class__" }, { "", "" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_pickle_that_confuses_is_refused(string name) => Refuse(Cases[name].Pickle(), Cases[name].Fault);

    [Theory]
    [MemberData(nameof(Opcodes))]
    public void Codes_that_PyTorch_does_not_write_are_refused(byte code) =>
        Refuse(Dump([(byte)'N', code, (byte)'1', (byte)'\n', (byte)'1', (byte)'\n', 0, 0, 0, 0]), code == 'i' ? "asks for 1.1" : "it uses ");

    // By each code that names a function: nothing may be made of the name, whatever follows.
    [Theory]
    [MemberData(nameof(Functions))]
    public void Functions_that_are_not_known_are_refused(string module, string name)
    {
        byte[] argument = Text("echo"), line = Encoding.ASCII.GetBytes($"{module}\n{name}\n");
        byte[] stacked = [.. Text(module), .. Text(name), 0x93];
        byte[][] pickles =
        [
            Dump(Global(module, name)), Dump(Call(Global(module, name), argument)), Dump(Call(stacked, argument)), Dump([(byte)'(', .. argument, (byte)'i', .. line]),
            Dump(Global(module, name), Tuple(argument), [0x81]), Dump([(byte)'('], Global(module, name), argument, [(byte)'o']), Dump(Global(module, name), Tuple(), [(byte)'}', 0x92]),
            Dump(Dict(("a", Call(Global(module, name), argument)))), Dump(Tuple(Text("storage"), Global(module, name), Text("0"), Text("cpu"), Int(4)), [(byte)'Q']),
        ];
        foreach (var pickle in pickles) Refuse(pickle, $"it asks for {module}.{name}");
    }

    private static void Refuse(byte[] pickle, string fault)
    {
        Refusal.Of<InvalidCheckpointException>(Name, fault, () => Read(Zip(pickle)));
        if (!pickle.AsSpan().StartsWith((byte[])[0x80, 2])) return; // else it is no older file
        var older = pickle.AsSpan().IndexOf("Storage"u8) < 0 ? Legacy(pickle, [], []) : Legacy(pickle);
        Refusal.Of<InvalidCheckpointException>(Name, fault == "ends too early" ? "" : fault, () => Read(older));
    }

    private static object Read(byte[] bytes)
    {
        using var file = CheckpointFile.Open(new MemoryStream(bytes), Name);
        return file.Weights;
    }

    // Each list holds the one before twice.
    private static byte[] Doubled(int depth, byte[] first) => Shared(depth, 2, first);

    // Each list holds the one before several times.
    private static byte[] Shared(int depth, int times, byte[] first) =>
        [.. first, .. Enumerable.Range(0, depth).SelectMany(i => (byte[])[(byte)'q', (byte)i, (byte)'0', (byte)']', (byte)'(', .. Repeat(times, (byte)'h', (byte)i), (byte)'e'])];
}
