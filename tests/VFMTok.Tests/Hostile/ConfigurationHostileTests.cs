using VFMTok.Checkpoints;
using VFMTok.Foundation;
using VFMTok.Generation;
using VFMTok.Tests.Shared;
using VFMTok.Tokenizer;
using static VFMTok.Tests.Hostile.SmallModels;

namespace VFMTok.Tests.Hostile;

/// <summary>Network files whose tensors are sound and whose metadata are not. Configurations of absurd sizes: see the tests of the configurations and of the loader.</summary>
public class ConfigurationHostileTests
{
    private const string Name = "hostile.safetensors", NotValid = "The configuration in 'hostile.safetensors' is not valid";

    private static readonly Dictionary<string, (Func<byte[]> Bytes, string Fault)> Cases = new()
    {
        ["no format"] = (() => With("format", _ => null), "lacks format, kind or configuration"),
        ["no kind"] = (() => With("kind", _ => null), "lacks format, kind or configuration"),
        ["no configuration"] = (() => With("configuration", _ => null), "lacks format, kind or configuration"),
        ["an empty format"] = (() => With("format", _ => ""), "has the format ''"),
        ["a later format"] = (() => With("format", _ => "vfmtok-2"), "has the format 'vfmtok-2'"),
        ["an empty kind"] = (() => With("kind", _ => ""), "is a , not a generator"),
        ["another kind"] = (() => With("kind", _ => "tokenizer"), "is a tokenizer, not a generator"),
        ["a kind in capitals"] = (() => With("kind", _ => "GENERATOR"), "is a GENERATOR, not a generator"),
        ["an empty hash"] = (() => With("hash", _ => ""), "does not have the hash that it states ()"),
        ["another hash"] = (() => With("hash", _ => new string('0', 32)), "does not have the hash that it states"),
        ["a hash in capitals"] = (() => With("hash", h => h.ToUpperInvariant()), "does not have the hash that it states"),
        ["an empty configuration"] = (() => Configured(""), NotValid),
        ["white space"] = (() => Configured("   "), NotValid),
        ["null"] = (() => Configured("null"), NotValid),
        ["a number"] = (() => Configured("1"), NotValid),
        ["a text"] = (() => Configured("\"Tiny\""), NotValid),
        ["an array"] = (() => Configured("[]"), NotValid),
        ["no JSON"] = (() => Configured("{Depth:1}"), NotValid),
        ["an open object"] = (() => Configured("{\"Depth\":1"), NotValid),
        ["two objects"] = (() => Configured("{}{}"), NotValid),
        ["a comment"] = (() => Configured("{/* Depth */}"), NotValid),
        ["a zero after it"] = (() => With("configuration", json => json + "\0"), NotValid),
        ["an unknown property"] = (() => Configured("\"Depth\"", "\"Deepth\""), NotValid),
        ["an unknown property more"] = (() => Configured("{\"", "{\"$type\":\"System.Diagnostics.Process\",\""), NotValid),
        ["a property in small letters"] = (() => Configured("\"Depth\"", "\"depth\""), NotValid),
        ["a comma too many"] = (() => With("configuration", json => json[..^1] + ",}"), NotValid),
        ["nested 100 deep"] = (() => Configured("\"Depth\":1", "\"Depth\":" + new string('[', 100) + new string(']', 100)), NotValid),
        ["nested a million deep"] = (() => Configured(new string('[', 1_000_000)), NotValid),
        ["a depth of null"] = (() => Configured("\"Depth\":1", "\"Depth\":null"), NotValid),
        ["a depth of a text"] = (() => Configured("\"Depth\":1", "\"Depth\":\"1\""), NotValid),
        ["a depth of true"] = (() => Configured("\"Depth\":1", "\"Depth\":true"), NotValid),
        ["a depth of an object"] = (() => Configured("\"Depth\":1", "\"Depth\":{}"), NotValid),
        ["a depth of a fraction"] = (() => Configured("\"Depth\":1", "\"Depth\":1.5"), NotValid),
        ["a depth beyond 32 bits"] = (() => Configured("\"Depth\":1", "\"Depth\":4294967297"), NotValid),
        ["a depth of a million digits"] = (() => Configured("\"Depth\":1", "\"Depth\":" + new string('9', 1_000_000)), NotValid),
        ["a depth of a huge exponent"] = (() => Configured("\"Depth\":1", "\"Depth\":1e999999999"), NotValid),
        ["a depth of zero"] = (() => Configured("\"Depth\":1", "\"Depth\":0"), "sizes must be positive"),
        ["a negative depth"] = (() => Configured("\"Depth\":1", "\"Depth\":-1"), "sizes must be positive"),
        ["the most negative depth"] = (() => Configured("\"Depth\":1", "\"Depth\":-2147483648"), "sizes must be positive"),
        ["no heads"] = (() => Configured("\"Heads\":2", "\"Heads\":0"), "sizes must be positive"),
        ["heads that do not divide the width"] = (() => Configured("\"Heads\":2", "\"Heads\":3"), "must be a multiple of 4"),
        ["a negative width"] = (() => Configured("\"Width\":16", "\"Width\":-16"), "sizes must be positive"),
        ["no multiple"] = (() => Configured("\"HiddenMultiple\":8", "\"HiddenMultiple\":0"), "sizes must be positive"),
        ["no grid"] = (() => Configured("\"TokenGrid\":2", "\"TokenGrid\":0"), "sizes must be positive"),
        ["a codebook of one"] = (() => Configured("\"CodebookSize\":16", "\"CodebookSize\":1"), "CodebookSize 1 must lie in"),
        ["a codebook of 2^31 - 1"] = (() => Configured("\"CodebookSize\":16", "\"CodebookSize\":2147483647"), "CodebookSize 2147483647 must lie in"),
        ["a negative codebook"] = (() => Configured("\"CodebookSize\":16", "\"CodebookSize\":-16"), "CodebookSize -16 must lie in"),
        ["negative heads of keys"] = (() => Configured("\"KeyValueHeads\":0", "\"KeyValueHeads\":-1"), "must be divisible by KeyValueHeads -1"),
        ["a dropout of one"] = (() => Configured("\"TokenDropout\":0", "\"TokenDropout\":1"), "dropouts must lie in"),
        ["a negative dropout"] = (() => Configured("\"TokenDropout\":0", "\"TokenDropout\":-0.5"), "dropouts must lie in"),
        ["a dropout that is infinite"] = (() => Configured("\"TokenDropout\":0", "\"TokenDropout\":1e999"), "hostile.safetensors"),
        ["a dropout of NaN"] = (() => Configured("\"TokenDropout\":0", "\"TokenDropout\":NaN"), NotValid),
        ["a dropout of a named NaN"] = (() => Configured("\"TokenDropout\":0", "\"TokenDropout\":\"NaN\""), NotValid),
        ["an unknown architecture"] = (() => Configured("{\"", "{\"Architecture\":\"Evil\",\""), NotValid),
        ["an architecture by a number"] = (() => Configured("{\"", "{\"Architecture\":77,\""), "Architecture 77 must be one of"),
        ["another architecture"] = (() => Configured("{\"", "{\"Architecture\":\"RandomOrder\",\""), "'hostile.safetensors' does not fit the network: it lacks"),
        ["another depth"] = (() => Configured("\"Depth\":1", "\"Depth\":2"), "'hostile.safetensors' does not fit the network: it lacks"),
        ["another width"] = (() => Configured("\"Width\":16", "\"Width\":32"), "has the shape"),
        ["another codebook"] = (() => Configured("\"CodebookSize\":16", "\"CodebookSize\":32"), "has the shape"),
        ["another number of classes"] = (() => Configured("\"ClassCount\":2", "\"ClassCount\":3"), "2 class names for 3 classes"),
        ["a class name too few"] = (() => With("classNames", _ => "[\"cat\"]"), "1 class names for 2 classes"),
        ["a class name too many"] = (() => With("classNames", _ => "[\"cat\",\"dog\",\"owl\"]"), "3 class names for 2 classes"),
        ["no class names"] = (() => With("classNames", _ => null), "0 class names for 2 classes"),
        ["class names of null"] = (() => With("classNames", _ => "null"), "0 class names for 2 classes"),
        ["a class name of null"] = (() => With("classNames", _ => "[\"cat\",null]"), "a class name is null"),
        ["class names that are numbers"] = (() => With("classNames", _ => "[1,2]"), NotValid),
        ["class names that are an object"] = (() => With("classNames", _ => "{}"), NotValid),
        ["class names that are no JSON"] = (() => With("classNames", _ => "cat,dog"), NotValid),
        ["class names nested a million deep"] = (() => With("classNames", _ => new string('[', 1_000_000)), NotValid),
        ["a depth stated twice"] = (() => Configured("\"Depth\":1", "\"Depth\":2,\"Depth\":1"), NotValid),
        ["a depth of 100,000"] = (() => Configured("\"Depth\":1", "\"Depth\":100000"), "Depth 100000 must lie in"),
        ["the largest depth"] = (() => Configured("\"Depth\":1", "\"Depth\":2147483647"), "Depth 2147483647 must lie in"),
        ["a width of a million"] = (() => Configured("\"Width\":16", "\"Width\":1000000"), "Width 1000000 must lie in"),
        ["a grid whose square overflows"] = (() => Configured("\"TokenGrid\":2", "\"TokenGrid\":46341"), "TokenGrid 46341 must lie in"),
        ["the largest multiple"] = (() => Configured("\"HiddenMultiple\":8", "\"HiddenMultiple\":2147483647"), "HiddenMultiple 2147483647 must lie in"),
        ["the largest feed-forward width"] = (() => Configured("{\"", "{\"FeedForwardWidth\":2147483647,\""), "FeedForwardWidth 2147483647 must lie in"),
        ["an endless hidden factor"] = (() => Configured("\"HiddenFactor\":0", "\"HiddenFactor\":1e300"), "HiddenFactor 1E+300 must lie in"),
        ["the largest codebook that is allowed"] = (() => Configured("\"CodebookSize\":16", "\"CodebookSize\":16777216"), "has the shape"),
        ["a negative rotary base"] = (() => Configured("\"RotaryBase\":10000", "\"RotaryBase\":-1"), "RotaryBase must be positive"),
        ["a kind of two lines"] = (() => With("kind", _ => "one\ntwo"), "is a one?two, not a generator"),
        ["a format of two lines"] = (() => With("format", _ => "one\ntwo"), "has the format 'one?two'"),
        ["a hash of two lines"] = (() => With("hash", _ => "one\ntwo"), "that it states (one?two)"),
        ["a changed number"] = (() => Changed(), "does not have the hash that it states"),
    };

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_configuration_that_lies_is_refused(string name) =>
        Refusal.Of<InvalidCheckpointException>(Name, Cases[name].Fault, () => VfmGeneratorModel.Load(new MemoryStream(Cases[name].Bytes()), Name));

    [Fact]
    public void A_generator_is_no_other_network()
    {
        Refusal.Of<InvalidCheckpointException>(Name, "is a generator, not a tokenizer", () => VfmTokenizerModel.Load(new MemoryStream(Generator), Name));
        Refusal.Of<InvalidCheckpointException>(Name, "is a generator, not a ", () => VfmFoundationModel.Load(new MemoryStream(Generator), Name));
    }

    [Fact]
    public void The_file_is_sound_without_its_lies()
    {
        foreach (var bytes in new[] { Generator, With("hash", _ => null), With("note", _ => "anything") })
        {
            using var model = VfmGeneratorModel.Load(new MemoryStream(bytes), Name);
            Assert.Equal(Metadata["hash"], model.Hash);
        }
    }

    private static byte[] Changed()
    {
        var bytes = (byte[])Generator.Clone();
        bytes[^3] ^= 1;
        return bytes;
    }
}
