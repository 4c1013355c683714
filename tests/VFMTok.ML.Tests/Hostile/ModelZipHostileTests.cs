using Microsoft.ML;
using VFMTok.Tests.Shared;
using static VFMTok.ML.Tests.Hostile.ModelFile;

namespace VFMTok.ML.Tests.Hostile;

/// <summary>Model zips that lie: each is refused in one sentence, and nothing is written outside of ML.NET's own temporary folder.</summary>
public sealed class ModelZipHostileTests : IDisposable
{
    private static readonly string Deep = string.Concat(Enumerable.Repeat("Transform_000/", 2000)) + "Model.key";
    private static readonly byte[] Batch16 = [16, 0, 0, 0, 1]; // batch size and prefetching

    private static readonly Dictionary<string, (Func<byte[]> Zip, string Fault)> Cases = new()
    {
        ["empty file"] = (() => [], "is no sound model zip"),
        ["text"] = (() => [.. "this is no zip"u8], "is no sound model zip"),
        ["no entries"] = (() => ZipBytes.Of(), "is a zip but no ML.NET model"),
        ["too many entries"] = (() => ZipBytes.Of([.. Enumerable.Range(0, ModelZipCheck.MostEntries + 1).Select(i => new ZipRecord($"{i}", []))]), "10001 entries"),
        ["more entries than there are"] = (() => ZipBytes.Counted(ZipBytes.Read(Zip), count: 60000), "is no sound model zip"),
        ["fewer entries than there are"] = (() => ZipBytes.Counted(ZipBytes.Read(Zip), count: 1), "is no sound model zip"),
        ["an entry of 65 GiB"] = (() => And(new("VfmTok/big", []) { Length64 = 65UL << 30 }), "69793218560 bytes"),
        ["an entry of 2^63 bytes"] = (() => And(new("VfmTok/big", []) { Length64 = 1UL << 63 }), "is no sound model zip"),
        ["entries of 128 GiB together"] = (() => With(r => [.. r, .. Enumerable.Range(0, 40).Select(i => new ZipRecord($"VfmTok/{i}", new byte[4 << 20]) { Length64 = 4UL << 30, Deflated = false })]), "claim"),
        ["an entry that cannot have been packed"] = (() => And(new("VfmTok/big", new byte[1000]) { Length = 2_000_000_000, Deflated = true }), "more than can be packed"),
        ["a bomb of zeros"] = (() => Bomb(), "more than 100 times its own"),
        ["an entry longer than the file"] = (() => And(new("VfmTok/big", [1]) { PackedLength = 1_000_000_000 }), "packed bytes in a file of"),
        ["an entry twice"] = (() => With(r => [.. r, r[0]]), "twice"),
        ["an entry twice in other letters"] = (() => With(r => [.. r, r[0] with { Name = r[0].Name.ToUpperInvariant() }]), "twice"),
        ["an entry twice with other separators"] = (() => With(r => [.. r, r[0] with { Name = r[0].Name.Replace('/', '\\') }]), "twice"),
        ["a name that climbs"] = (() => And(new("../evil", [1])), "does not stay in its folder"),
        ["a name that climbs with backslashes"] = (() => And(new(@"VfmTok\..\..\evil", [1])), "does not stay in its folder"),
        ["a name that climbs in the middle"] = (() => And(new("a/../../evil", [1])), "does not stay in its folder"),
        ["an absolute name"] = (() => And(new("/tmp/evil", [1])), "does not stay in its folder"),
        ["a name on a share"] = (() => And(new(@"\\host\evil", [1])), "does not stay in its folder"),
        ["a name on a drive"] = (() => And(new("C:/evil", [1])), "does not stay in its folder"),
        ["a stream of a name"] = (() => And(new("VfmTok/a:b", [1])), "does not stay in its folder"),
        ["a name of a dot"] = (() => And(new("VfmTok/./a", [1])), "does not stay in its folder"),
        ["an empty folder name"] = (() => And(new("VfmTok//a", [1])), "does not stay in its folder"),
        ["a name with a zero"] = (() => And(new("VfmTok/a\0b", [1])), "does not stay in its folder"),
        ["a name of two lines"] = (() => And(new("VfmTok/a\nb", [1])), "does not stay in its folder"),
        ["a name too long"] = (() => And(new(new string('n', 5000), [1])), "longer or deeper"),
        ["chains 2000 deep"] = (() => And(new(Deep, [1])), "longer or deeper"),
        ["an encrypted entry"] = (() => And(new("VfmTok/a", [1]) { Flags = 1 }), "is encrypted"),
        ["an unknown method"] = (() => And(new("VfmTok/a", [1]) { Method = 99 }), "packed in a way that is not known"),
        ["an entry outside of the file"] = (() => And(new("VfmTok/a", [1]) { Offset = 0x7fffffff }), "is damaged"),
        ["an entry that points at another"] = (() => And(new("VfmTok/a", [1]) { Offset = 5 }), "is damaged"),
        ["no settings"] = (() => With(r => r.Where(x => !x.Name.EndsWith(Tokenize, StringComparison.Ordinal))), "is no sound model zip"),
        ["empty settings"] = (() => With(r => r.Select(x => x.Name.EndsWith(Tokenize, StringComparison.Ordinal) ? x with { Data = [] } : x)), "is no sound model zip"),
        ["another magic number"] = (() => Patched(Tokenize, [.. "ML"u8], [.. "MX"u8]), "is no sound model zip"),
        ["an assembly that is not there"] = (() => Patched(Tokenize, [.. "V\0F\0M\0T\0o\0k\0.\0M\0L\0"u8], [.. "E\0v\0i\0l\0I\0n\0c\0.\0X\0"u8]), "is no sound model zip"),
        ["2^31 steps"] = (() => Patched(Chain, [2, 0, 0, 0], [255, 255, 255, 127]), "is no sound model zip"),
        ["minus one steps"] = (() => Patched(Chain, [2, 0, 0, 0], [255, 255, 255, 255]), "is no sound model zip"),
        ["a column name of 2 GiB"] = (() => Patched(Tokenize, Text("Tokens"), [255, 255, 255, 255, 7, 0, 0]), "claim 2147483647 bytes for a column's name"),
        ["a column name of minus one bytes"] = (() => Patched(Tokenize, Text("Tokens"), [255, 255, 255, 255, 15, 0, 0]), "claim -1 bytes for a column's name"),
        ["a column name whose length does not end"] = (() => Patched(Tokenize, Text("Tokens"), [255, 255, 255, 255, 255, 255, 255]), "no sound text for a column's name"),
        ["a column name that is no UTF-8"] = (() => Patched(Tokenize, Text("Tokens"), [6, 0xff, 0xfe, 0xff, 0xfe, 0xff, 0xfe]), "no sound text for a column's name"),
        ["a column name beyond the end"] = (() => Patched(Tokenize, Text("Tokens"), [0xff, 0xff, 3, 1, 1, 1, 1]), "no sound text for a column's name"),
        ["an empty column name"] = (() => Patched(Tokenize, Text("Tokens"), [0, 6, 6, 6, 6, 6, 6]), "an empty name of a column"),
        ["an unknown type of tokens"] = (() => Patched(Tokenize, [.. Text("Path"), 0], [.. Text("Path"), 200]), "hold 200 for VfmTokenType"),
        ["a batch of no rows"] = (() => Patched(Tokenize, Batch16, [0, 0, 0, 0, 1]), "BatchSize is 0"),
        ["a batch of 2^31 rows"] = (() => Patched(Tokenize, Batch16, [255, 255, 255, 127, 1]), "BatchSize is 2147483647"),
        ["a guidance of NaN"] = (() => Patched(Draw, BitConverter.GetBytes(1.0), BitConverter.GetBytes(double.NaN)), "GuidanceScale is NaN"),
        ["a hash that is a path"] = (() => Patched(Tokenize, Text(TokenizerHash), Text("../../../../../../../etc/passwd0")), "hexadecimal digits, belongs"),
        ["a hash in capitals"] = (() => Patched(Tokenize, Text(TokenizerHash), Text(new string('A', 32))), "hexadecimal digits, belongs"),
        ["a hash that is empty"] = (() => Patched(Tokenize, Text(TokenizerHash), [0]), "hexadecimal digits, belongs"),
        ["a hash of 2 GiB"] = (() => Patched(Tokenize, Text(TokenizerHash), [255, 255, 255, 255, 7]), "bytes for a network's hash"),
        ["a network that is not there"] = (() => Patched(Tokenize, Text(TokenizerHash), Text(new string('0', 32))), "has no network 'VfmTok/00000000000000000000000000000000'"),
        ["a generator for a tokenizer"] = (() => Patched(Tokenize, Text(TokenizerHash), Text(GeneratorHash)), "is a generator, not a tokenizer"),
        ["a tokenizer for a generator"] = (() => Patched(Draw, Text(GeneratorHash), Text(TokenizerHash)), "is a VfmTokenizerModel where a step needs a VfmGeneratorModel"),
        ["a network under another's hash"] = (() => With(r => Swapped(r, TokenizerHash, Networks.OtherTokenizer)), "where " + TokenizerHash + " belongs"),
        ["a changed network that states no hash"] = (() => With(r => Swapped(r, TokenizerHash, Networks.Hashless)), "where " + TokenizerHash + " belongs"),
        ["a network of text"] = (() => With(r => Swapped(r, TokenizerHash, [.. "this is no network"u8])), "is no sound safetensors file"),
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("vfmtok").FullName;

    public static TheoryData<string> Names() => [.. Cases.Keys];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_zip_that_lies_is_refused(string name) => Refuse(Cases[name].Zip(), Cases[name].Fault);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    public void A_zip_cut_off_is_refused(int sixteenths) => Refuse(Zip[..(Zip.Length * sixteenths / 16)], "is no sound model zip");

    [Fact]
    public void The_zip_is_sound_as_it_is_and_with_backslashes()
    {
        foreach (var bytes in new[] { Zip, With(r => r.Select(x => x)) })
        {
            using var zip = VfmModelZip.Load(new MLContext(), Write(bytes));
            Assert.Equal(TokenizerHash, zip.Tokenizer!.Hash);
        }
    }

    // Users may call ML.NET itself.
    [Theory]
    [InlineData("a hash that is a path")]
    [InlineData("a changed network that states no hash")]
    [InlineData("a network under another's hash")]
    [InlineData("a tokenizer for a generator")]
    [InlineData("a column name of 2 GiB")]
    public void ML_NET_itself_refuses_it_too(string name)
    {
        var error = Refusal.Outcome(() => new MLContext().Model.Load(new MemoryStream(Cases[name].Zip()), out _));
        while (error is System.Reflection.TargetInvocationException) error = error.InnerException;
        Assert.Contains(Cases[name].Fault, Assert.IsType<InvalidDataException>(error).Message);
    }

    private void Refuse(byte[] bytes, string fault)
    {
        var path = Write(bytes);
        Refusal.Of<InvalidDataException>(path, fault, () => VfmModelZip.Load(new MLContext(), path));
    }

    private static IEnumerable<ZipRecord> Swapped(ZipRecord[] records, string hash, byte[] network) =>
        records.Select(r => r.Name.EndsWith(hash, StringComparison.Ordinal) ? r with { Data = network } : r);

    private static byte[] Bomb()
    {
        var packed = ZipBytes.Deflate(new byte[60 << 20]);
        return With(records => [.. records, .. Enumerable.Range(0, 32).Select(i => new ZipRecord($"VfmTok/{i}", packed) { Method = 8, Length = 60 << 20 })]);
    }

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(_folder, "model.zip");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
