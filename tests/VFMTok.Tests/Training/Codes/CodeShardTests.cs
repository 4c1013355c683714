using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using VFMTok.Training;

namespace VFMTok.Tests.Training.Codes;

public class CodeShardTests
{
    [Theory]
    [InlineData(65536, 2)]
    [InlineData(65537, 4)]
    public void Every_sequence_comes_back(int codebook, int width)
    {
        using var work = new WorkFolder();
        var (path, codes) = (work.Path("s"), Codes(codebook, ranks: 3));
        Write(path, codes);
        Assert.Equal(width, codes.Header.Key.Width);
        using var shard = CodeShard.Open(path, verify: true);
        Assert.Equal((1, 4, 3), (shard.Header.Shard, shard.Header.First, shard.Header.Count));
        Assert.Equal([5], shard.Header.Broken);
        Assert.Equal(codes.Labels, Enumerable.Range(0, 3).Select(shard.Label));
        var (tokens, at) = (new int[4], 0);
        for (var image = 0; image < 3; image++)
            for (var variant = 0; variant < 2; variant++)
                for (var rank = 0; rank < 3; rank++, at += 4)
                {
                    shard.Read(image, variant, rank, tokens);
                    Assert.Equal(codes.Tokens[at..(at + 4)], tokens);
                }
        var bytes = File.ReadAllBytes(path);
        Assert.Equal("VFMCODES", Encoding.ASCII.GetString(bytes[..8]));
        Assert.Equal(SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32)), bytes[^32..]);
        Assert.Equal(0, (16 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12))) % 8);
    }

    public static TheoryData<string, string> Hostile() => new()
    {
        { "", "its header is not the JSON of a shard" },
        { "null", "its header is not the JSON of a shard" },
        { "[1]", "its header is not the JSON of a shard" },
        { "{\"Shard\":1}", "its header is not the JSON of a shard" },                              // most is missing
        { "{KEY,\"Shard\":1,\"First\":4,\"Count\":3,\"Broken\":[5],\"More\":1}", "its header is not the JSON of a shard" },
        { "{KEY,\"Shard\":1,\"Shard\":1,\"First\":4,\"Count\":3,\"Broken\":[5]}", "its header is not the JSON of a shard" },
        { "{KEY,\"Shard\":1,\"First\":4,\"Count\":3,\"Broken\":null}", "its header is not the JSON of a shard" },
        { "{\"Key\":null,\"Shard\":1,\"First\":4,\"Count\":3,\"Broken\":[5]}", "its header is not the JSON of a shard" },
        { "{KEY,\"Shard\":1e99,\"First\":4,\"Count\":3,\"Broken\":[5]}", "its header is not the JSON of a shard" },
        { "{KEY,\"Shard\":3,\"First\":4,\"Count\":3,\"Broken\":[5]}", "it claims to be shard 3 of 3" },
        { "{KEY,\"Shard\":-1,\"First\":4,\"Count\":3,\"Broken\":[5]}", "it claims to be shard -1 of 3" },
        { "{KEY,\"Shard\":1,\"First\":5,\"Count\":3,\"Broken\":[5]}", "its numbers of images do not fit together" },
        { "{KEY,\"Shard\":1,\"First\":4,\"Count\":2147483647,\"Broken\":[5]}", "its numbers of images do not fit together" },
        { "{KEY,\"Shard\":1,\"First\":4,\"Count\":-1,\"Broken\":[5]}", "its numbers of images do not fit together" },
        { "{KEY,\"Shard\":1,\"First\":4,\"Count\":3,\"Broken\":[8]}", "its broken images are out of range" },
        { "{KEY,\"Shard\":1,\"First\":4,\"Count\":2,\"Broken\":[5,5]}", "its broken images are out of range" },
        { "{KEY,\"Shard\":1,\"First\":4,\"Count\":4,\"Broken\":[]}", "bytes where its header asks for" },
        { "{KEY:Images=2147483647,\"Shard\":1,\"First\":4,\"Count\":3,\"Broken\":[5]}", "it claims too many images" },
        { "{KEY:Images=-9,\"Shard\":1,\"First\":4,\"Count\":3,\"Broken\":[5]}", "its numbers are out of range" },
        { "{KEY:CodebookSize=0,\"Shard\":1,\"First\":4,\"Count\":3,\"Broken\":[5]}", "its numbers are out of range" },
        { "{KEY:Ranks=1025,\"Shard\":1,\"First\":4,\"Count\":3,\"Broken\":[5]}", "its numbers are out of range" },
        { "{KEY:ShardSize=0,\"Shard\":1,\"First\":4,\"Count\":3,\"Broken\":[5]}", "its numbers are out of range" },
        { "{KEY:TokenGrid=4096,\"Shard\":1,\"First\":4,\"Count\":3,\"Broken\":[5]}", "bytes where its header asks for" },
        { "{KEY:Augmentation=7,\"Shard\":1,\"First\":4,\"Count\":3,\"Broken\":[5]}", "its header is not the JSON of a shard" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_headers_get_one_sentence(string header, string fault)
    {
        using var work = new WorkFolder();
        var path = work.Path("s");
        var codes = Codes(512, ranks: 1);
        Write(path, codes);
        var json = Encoding.UTF8.GetString(codes.Header.ToBytes());
        var key = json[1..(json.IndexOf('}') + 1)];
        if (header.IndexOf("KEY:", StringComparison.Ordinal) is var at and >= 0)
        {
            var change = header[(at + 4)..header.IndexOf(',')];
            var (name, value) = (change.Split('=')[0], change.Split('=')[1]);
            header = header.Replace("KEY:" + change, System.Text.RegularExpressions.Regex.Replace(key, $"\"{name}\":[^,}}]+", $"\"{name}\":{value}"));
        }
        Replace(path, Encoding.UTF8.GetBytes(header.Replace("KEY", key)));
        foreach (var verify in new[] { true, false })
        {
            var error = Assert.Throws<InvalidDataException>(() => CodeShard.Open(path, verify)).Message;
            Assert.StartsWith($"'{path}' is no sound shard of codes: ", error);
            Assert.Contains(fault, error);
        }
    }

    [Fact]
    public void Whatever_byte_is_wrong_and_wherever_the_file_ends_is_found()
    {
        using var work = new WorkFolder();
        var path = work.Path("s");
        Write(path, Codes(512, ranks: 1));
        var whole = File.ReadAllBytes(path);
        for (var i = 0; i < whole.Length; i++)
        {
            var changed = whole.ToArray();
            changed[i] ^= (byte)(1 << i % 8);
            File.WriteAllBytes(path, changed);
            Assert.Throws<InvalidDataException>(() => CodeShard.Open(path, verify: true));
            try { CodeShard.Open(path, verify: false).Dispose(); }
            catch (InvalidDataException) { /* or it opens: nothing else may happen */ }
            File.WriteAllBytes(path, whole[..i]);
            Assert.Throws<InvalidDataException>(() => CodeShard.Open(path, verify: false));
        }
    }

    [Fact]
    public void Tokens_beyond_the_codebook_are_found_at_once_or_when_they_are_read()
    {
        using var work = new WorkFolder();
        var (path, codes) = (work.Path("s"), Codes(512, ranks: 1));
        codes.Tokens[5] = 512;
        Write(path, codes);
        var expected = $"'{path}' is no sound shard of codes: it holds a token beyond the codebook; delete it and encode again.";
        Assert.Equal(expected, Assert.Throws<InvalidDataException>(() => CodeShard.Open(path, verify: true)).Message);
        using var shard = CodeShard.Open(path, verify: false);
        var tokens = new int[4];
        shard.Read(0, 0, 0, tokens);
        Assert.Equal(expected, Assert.Throws<InvalidDataException>(() => shard.Read(0, 1, 0, tokens)).Message);
        shard.RequireLabels(3);
        Assert.Contains("it holds a label beyond the 2 classes", Assert.Throws<InvalidDataException>(() => shard.RequireLabels(2)).Message);
    }

    internal static ShardCodes Codes(int codebook, int ranks)
    {
        var key = new CodeKey("hash", "set", "classes", 9, CodeAugmentation.Flip, 64, 2, codebook, ranks, 4);
        var random = new Random(1);
        return new ShardCodes(new CodeShardHeader(key, 1, 4, 3, [5]), [2, 0, 1], [.. Enumerable.Range(0, 3 * key.Tokens).Select(i => i == 0 ? codebook - 1 : random.Next(codebook))]);
    }

    internal static void Write(string path, ShardCodes codes)
    {
        using var stream = File.Create(path);
        codes.Write(stream);
    }

    // Another header before the same data, with a hash that fits.
    private static void Replace(string path, byte[] header)
    {
        var whole = File.ReadAllBytes(path);
        var data = whole[(16 + BinaryPrimitives.ReadInt32LittleEndian(whole.AsSpan(12)))..^32];
        var padded = new byte[(header.Length + 7) / 8 * 8];
        padded.AsSpan().Fill((byte)' ');
        header.CopyTo(padded, 0);
        byte[] changed = [.. whole[..12], .. BitConverter.GetBytes(padded.Length), .. padded, .. data];
        File.WriteAllBytes(path, [.. changed, .. SHA256.HashData(changed)]);
    }
}
