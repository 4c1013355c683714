using System.Buffers.Binary;
using System.Text;
using VFMTok.Checkpoints;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Hostile;

/// <summary>Safetensors files that lie: each is refused in one sentence.</summary>
public class SafetensorsHostileTests
{
    private const string File = "hostile.safetensors", Metadata = "\"__metadata__\":{\"a\":\"b\"}";

    private static readonly Dictionary<string, (Func<byte[]> Bytes, string Fault)> Cases = new()
    {
        ["empty"] = (() => [], "empty"),
        ["one byte"] = (() => [9], "1 bytes and a header needs"),
        ["seven bytes"] = (() => new byte[7], "7 bytes and a header needs"),
        ["eight zeros"] = (() => new byte[8], "does not begin with an opening brace"),
        ["header longer than the file"] = (() => Sized(1000, "{}"), "claims 1000 bytes"),
        ["header longer by one"] = (() => Sized(3, "{}"), "claims 3 bytes"),
        ["header of the most negative length"] = (() => Sized(1UL << 63, "{}"), "claims 9223372036854775808 bytes"),
        ["header of 2^64 - 1 bytes"] = (() => Sized(ulong.MaxValue, "{}"), "claims 18446744073709551615 bytes"),
        ["header beyond the limit"] = (() => Sized(100_000_001, "{}"), "claims 100000001 bytes"),
        ["header shorter than its JSON"] = (() => Sized(5, "{\"a\":{}}"), "not valid JSON"),
        ["a header of white space"] = (() => Of("        "), "format that is not known"),
        ["white space before the header"] = (() => Of(" {}"), "format that is not known"),
        ["a byte order mark"] = (() => Of("\uFEFF{}"), "format that is not known"),
        ["an array"] = (() => Of("[]"), "format that is not known"),
        ["a text"] = (() => Of("\"a\""), "format that is not known"),
        ["no JSON"] = (() => Of("{this is not JSON}"), "not valid JSON"),
        ["a comment"] = (() => Of("{/* */}"), "not valid JSON"),
        ["a comma too many"] = (() => Of("{" + Metadata + ",}"), "not valid JSON"),
        ["an open object"] = (() => Of("{\"a\":{"), "not valid JSON"),
        ["two objects"] = (() => Of("{}{}"), "not valid JSON"),
        ["a zero after the object"] = (() => Of("{}\0"), "not valid JSON"),
        ["a zero in a name"] = (() => Of("{\"a\0b\":{}}"), "not valid JSON"),
        ["an escaped zero in a name"] = (() => Of(One(name: "a\\u0000b"), 4), "no name of a tensor"),
        ["a name of two lines"] = (() => Of(One(name: "a\\nb"), 4), "'a?b' is no name of a tensor"),
        ["an empty name"] = (() => Of(One(name: ""), 4), "no name of a tensor"),
        ["a name of a million characters"] = (() => Of(One(name: new string('n', 1_000_000)), 4), "no name of a tensor"),
        ["half a surrogate in a name"] = (() => Of(One(name: "\\ud800"), 4), "not valid JSON"),
        ["no UTF-8 in a name"] = (() => Raw([.. "{\"a"u8, 0xff, 0xfe, .. "\":{}}"u8]), "not valid JSON"),
        ["no UTF-8 in the metadata"] = (() => Raw([.. "{\"__metadata__\":{\"a\":\""u8, 0xc0, 0x80, .. "\"}}"u8]), "not valid JSON"),
        ["nested 9 deep"] = (() => Of("{\"a\":" + new string('[', 9) + new string(']', 9) + "}"), "is no object"),
        ["nested a million deep"] = (() => Of("{\"__metadata__\":" + new string('[', 1_000_000)), "is no object"),
        ["nested in a shape"] = (() => Of(One(shape: new string('[', 100_000))), "something else than whole numbers"),
        ["a tensor twice"] = (() => Of("{" + Entry("a") + "," + Entry("a") + "}", 4), "lists 'a' twice"),
        ["a tensor twice by an escape"] = (() => Of("{" + Entry("a") + "," + Entry("\\u0061") + "}", 4), "lists 'a' twice"),
        ["metadata twice"] = (() => Of("{" + Metadata + "," + Metadata + "}"), "lists '__metadata__' twice"),
        ["a text of the metadata twice"] = (() => Of("{\"__metadata__\":{\"kind\":\"a\",\"kind\":\"b\"}}"), "lists 'kind' of its metadata twice"),
        ["a dtype twice"] = (() => Of("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4), "states its dtype twice"),
        ["a shape twice"] = (() => Of("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"shape\":[1],\"data_offsets\":[0,4]}}", 4), "states its shape twice"),
        ["offsets twice"] = (() => Of("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"data_offsets\":[0,4]}}", 4), "states its data_offsets twice"),
        ["an unknown field"] = (() => Of("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"strides\":[1]}}", 4), "unknown field 'strides'"),
        ["a field in capitals"] = (() => Of("{\"a\":{\"DTYPE\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4), "unknown field 'DTYPE'"),
        ["no dtype"] = (() => Of("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4), "lacks its dtype"),
        ["no shape"] = (() => Of("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4), "lacks its dtype, its shape"),
        ["no offsets"] = (() => Of("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4), "lacks its dtype"),
        ["an entry of null"] = (() => Of("{\"a\":null}"), "'a' is no object"),
        ["an entry that is an array"] = (() => Of("{\"a\":[]}"), "'a' is no object"),
        ["an empty entry"] = (() => Of("{\"a\":{}}"), "lacks its dtype"),
        ["metadata of null"] = (() => Of("{\"__metadata__\":null}"), "its metadata is no object"),
        ["metadata that are a text"] = (() => Of("{\"__metadata__\":\"a\"}"), "its metadata is no object"),
        ["a number in the metadata"] = (() => Of("{\"__metadata__\":{\"a\":1}}"), "is no text"),
        ["a null in the metadata"] = (() => Of("{\"__metadata__\":{\"a\":null}}"), "is no text"),
        ["an object in the metadata"] = (() => Of("{\"__metadata__\":{\"a\":{\"b\":\"c\"}}}"), "is no text"),
        ["a dtype of a number"] = (() => Of(One(type: "32"), 4), "the dtype of 'a' is no text"),
        ["a dtype of null"] = (() => Of(One(type: "null"), 4), "the dtype of 'a' is no text"),
        ["an unknown dtype"] = (() => Of(One(type: "\"F33\""), 4), "the unknown type 'F33'"),
        ["a dtype in small letters"] = (() => Of(One(type: "\"f32\""), 4), "the unknown type 'f32'"),
        ["a dtype of two lines"] = (() => Of(One(type: "\"F\\n32\""), 4), "the unknown type 'F?32'"),
        ["a shape of null"] = (() => Of(One(shape: "null"), 4), "the shape of 'a' is no array"),
        ["a shape that is a number"] = (() => Of(One(shape: "1"), 4), "the shape of 'a' is no array"),
        ["a shape of a text"] = (() => Of(One(shape: "[\"1\"]"), 4), "whole numbers"),
        ["a shape of a fraction"] = (() => Of(One(shape: "[1.0]"), 4), "whole numbers"),
        ["a shape of an exponent"] = (() => Of(One(shape: "[1e0]"), 4), "whole numbers"),
        ["a shape of a huge exponent"] = (() => Of(One(shape: "[1e999999999]"), 4), "whole numbers"),
        ["a shape of a million digits"] = (() => Of(One(shape: $"[{new string('9', 1_000_000)}]"), 4), "whole numbers"),
        ["a shape of 2^63"] = (() => Of(One(shape: "[9223372036854775808]"), 4), "whole numbers"),
        ["a negative shape"] = (() => Of(One(shape: "[-1]"), 4), "impossible shape"),
        ["a shape of two negatives"] = (() => Of(One(shape: "[-1,-1]"), 4), "impossible shape"),
        ["a shape of 17 dimensions"] = (() => Of(One(shape: $"[{string.Join(',', Enumerable.Repeat(1, 17))}]"), 4), "more than 16 numbers"),
        ["a shape of a million dimensions"] = (() => Of(One(shape: $"[{string.Join(',', Enumerable.Repeat(1, 1_000_000))}]"), 4), "more than 16 numbers"),
        ["a shape whose product wraps to 1"] = (() => Of(One(shape: "[4294967297,4294967297]"), 4), "impossible shape"),
        ["a shape whose product wraps to 0"] = (() => Of(One(shape: "[4294967296,4294967296]", offsets: "[0,0]")), "impossible shape"),
        ["a shape of zero times too much"] = (() => Of(One(shape: "[0,4611686018427387904,4611686018427387904]", offsets: "[0,0]")), "impossible shape"),
        ["a shape too large for its data"] = (() => Of(One(shape: "[1000000]"), 4), "has 4 bytes where its shape needs 4000000"),
        ["a shape too small for its data"] = (() => Of(One(shape: "[0]"), 4), "has 4 bytes where its shape needs 0"),
        ["one offset"] = (() => Of(One(offsets: "[0]"), 4), "one of its two data_offsets"),
        ["three offsets"] = (() => Of(One(offsets: "[0,4,8]"), 4), "more than 2 numbers"),
        ["offsets reversed"] = (() => Of(One(offsets: "[4,0]"), 4), "lies outside"),
        ["a negative offset"] = (() => Of(One(offsets: "[-4,0]"), 4), "lies outside"),
        ["an offset beyond the file"] = (() => Of(One(offsets: "[0,8]", shape: "[2]"), 4), "lies outside"),
        ["an offset of 2^63 - 1"] = (() => Of(One(offsets: "[9223372036854775803,9223372036854775807]"), 4), "lies outside"),
        ["an offset of 2^63"] = (() => Of(One(offsets: "[0,9223372036854775808]"), 4), "whole numbers"),
        ["an offset of a fraction"] = (() => Of(One(offsets: "[0,4.5]"), 4), "whole numbers"),
        ["data without a tensor"] = (() => Of("{}", 4), "cover 0 of 4 data bytes"),
        ["data after the last tensor"] = (() => Of(One(), 5), "cover 4 of 5 data bytes"),
        ["data cut off"] = (() => Of(One(), 3), "lies outside"),
        ["a hole at the start"] = (() => Of(One(offsets: "[4,8]"), 8), "leaves a hole"),
        ["a hole in the middle"] = (() => Of("{" + Entry("a") + "," + Entry("b", 8) + "}", 12), "leaves a hole"),
        ["tensors that overlap"] = (() => Of("{" + Entry("a") + "," + Entry("b", 2) + "}", 6), "overlaps"),
        ["tensors of the same data"] = (() => Of("{" + Entry("a") + "," + Entry("b") + "}", 4), "overlaps"),
        ["too many tensors"] = (() => Of("{" + string.Join(',', Enumerable.Range(0, 200_001).Select(i => $"\"{i}\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}")) + "}"), "more than 200000 tensors"),
    };

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_that_lies_is_refused(string name) => Refuse(Cases[name].Bytes(), Cases[name].Fault);

    // Their numbers have no counterpart here; the sentence must not call a sound file damaged in some other way.
    [Theory]
    [InlineData("U16")]
    [InlineData("U32")]
    [InlineData("U64")]
    [InlineData("F8_E5M2")]
    [InlineData("F8_E4M3")]
    [InlineData("F8_E8M0")]
    [InlineData("F4")]
    [InlineData("C64")]
    public void Types_that_are_not_read_are_named(string type) => Refuse(Of(One(type: $"\"{type}\""), 4), $"'a' has the type '{type}', and only F64, F32,");

    [Fact]
    public void A_truth_value_of_two_is_refused_when_it_is_read() =>
        Refusal.Of<InvalidCheckpointException>(File, "neither 0 nor 1", () =>
        {
            using var file = Open(Of(One(type: "\"BOOL\"", shape: "[4]"), data: [0, 1, 2, 0]));
            return file.Weights.Read("a");
        });

    // The first two bytes of such a header length are those of a pickle.
    [Theory]
    [InlineData(0x0280)]
    [InlineData(0x0380)]
    [InlineData(0x0480)]
    [InlineData(0x0580)]
    public void A_sound_file_whose_length_looks_like_a_pickle_is_read(int length)
    {
        using var file = Open(Of(One().PadRight(length), 4));
        Assert.Equal("a", Assert.Single(file.Tensors).Path);
    }

    [Fact]
    public void Sound_files_with_little_in_them_are_read()
    {
        foreach (var json in new[] { "{}", "{" + Metadata + "}", "{}\n\t  ", One(shape: "[0,5]", offsets: "[0,0]") })
        {
            using var file = Open(Of(json));
            Assert.True(file.Tensors.Count <= 1);
        }
    }

    private static void Refuse(byte[] bytes, string fault) => Refusal.Of<InvalidCheckpointException>(File, fault, () => Open(bytes));

    private static CheckpointFile Open(byte[] bytes) => CheckpointFile.Open(new MemoryStream(bytes), File);

    private static string Entry(string name, int start = 0) => $"\"{name}\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[{start},{start + 4}]}}";

    private static string One(string name = "a", string type = "\"F32\"", string shape = "[1]", string offsets = "[0,4]") =>
        $"{{\"{name}\":{{\"dtype\":{type},\"shape\":{shape},\"data_offsets\":{offsets}}}}}";

    private static byte[] Of(string json, int dataLength = 0) => Of(json, new byte[dataLength]);

    private static byte[] Of(string json, byte[] data) => [.. Raw(Encoding.UTF8.GetBytes(json)), .. data];

    private static byte[] Raw(byte[] json) => [.. Length((ulong)json.Length), .. json];

    private static byte[] Sized(ulong length, string json) => [.. Length(length), .. Encoding.UTF8.GetBytes(json)];

    private static byte[] Length(ulong length)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        return bytes;
    }
}
