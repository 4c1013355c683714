using VFMTok.Imaging;
using VFMTok.Training;

namespace VFMTok.Tests.Training.Codes;

public sealed class CodeEncoderTests : IDisposable
{
    private readonly WorkFolder _work = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _work.Dispose();

    [Fact]
    public void A_second_run_finds_everything_done()
    {
        var folder = _work.Path("codes");
        var seen = new List<TrainingProgress>();
        var first = Encode(folder, CodeFixtures.Images(10), progress: new Collect(seen.Add));
        Assert.Equal((10, 0, 0, 2), (first.Encoded, first.Found, first.Broken, first.Variants));
        Assert.StartsWith("tokenized 10 images in 2 variants in ", first.ToString());
        Assert.Equal([2, 4, 6, 8, 10], seen.Select(p => p.Step));
        Assert.All(seen, p => Assert.Equal(("codes", 10), (p.Phase, p.Steps)));
        var content = CodeFixtures.Content(folder);
        var second = Encode(folder, CodeFixtures.Images(10));
        Assert.Equal((0, 10), (second.Encoded, second.Found));
        Assert.Equal("10 images found in the cache", second.ToString());
        foreach (var (name, bytes) in CodeFixtures.Content(folder)) Assert.Equal(content[name], bytes);
        Assert.Empty(_warnings);
    }

    public static TheoryData<string, string> Damage() => new()
    {
        { "delete", "" },
        { "empty", "it is empty" },
        { "truncate 8", "it has 8 bytes, fewer than any shard" },
        { "truncate 100", "its header claims" },
        { "truncate -40", "bytes where its header asks for" },
        { "truncate -1", "bytes where its header asks for" },
        { "flip 3", "it does not begin as one" },
        { "flip 8", "its format has the version" },
        { "flip -1", "its content does not have the hash that it states" },
        { "flip -50", "its content does not have the hash that it states" },
        { "foreign", "it does not begin as one" },
        { "exchange", "is shard 2 under another name" },
    };

    [Theory]
    [MemberData(nameof(Damage))]
    public void A_damaged_shard_is_named_and_made_again(string damage, string fault)
    {
        var (whole, folder) = (_work.Path("whole"), _work.Path("codes"));
        Encode(whole, CodeFixtures.Images(10));
        Encode(folder, CodeFixtures.Images(10));
        var path = CodeManifest.ShardPath(folder, 1);
        var (bytes, words) = (File.ReadAllBytes(path), damage.Split(' '));
        var at = words.Length > 1 ? int.Parse(words[1]) : 0;
        if (at < 0) at += bytes.Length;
        if (words[0] == "flip") bytes[at] ^= 16;
        if (words[0] == "delete") File.Delete(path);
        else if (words[0] == "exchange") File.Copy(CodeManifest.ShardPath(folder, 2), path, overwrite: true);
        else File.WriteAllBytes(path, words[0] switch { "truncate" => bytes[..at], "flip" => bytes, "empty" => [], _ => [.. Enumerable.Repeat((byte)7, 5000)] });
        var again = Encode(folder, CodeFixtures.Images(10));
        Assert.Equal((4, 6), (again.Encoded, again.Found));
        CodeFixtures.RequireEqual(whole, folder);
        if (fault.Length == 0) Assert.Empty(_warnings);
        else
        {
            Assert.StartsWith($"'{path}' is ", Assert.Single(_warnings));
            Assert.Contains(fault, _warnings[0]);
            Assert.EndsWith("; it is made again.", _warnings[0]);
        }
    }

    [Fact]
    public void Codes_of_another_tokenizer_or_of_other_images_are_never_overwritten()
    {
        var folder = _work.Path("codes");
        Encode(folder, CodeFixtures.Images(10));
        var content = CodeFixtures.Content(folder);
        var manifest = CodeManifest.PathOf(folder);
        Assert.Equal($"'{manifest}' holds codes of tokenizer {CodeFixtures.Tokenizer.Hash} but tokenizer {CodeFixtures.OtherTokenizer.Hash} is to be used; choose another folder or delete this one.",
            Assert.Throws<ArgumentException>(() => CodeEncoder.Encode(CodeFixtures.OtherTokenizer, CodeFixtures.Images(10), folder, CodeFixtures.Options())).Message);
        Assert.Equal($"'{manifest}' holds codes of other images ({CodeFixtures.Images(10).Fingerprint}) than the given ones ({CodeFixtures.Images(10, seed: 5).Fingerprint}); choose another folder or delete this one.",
            Assert.Throws<ArgumentException>(() => Encode(folder, CodeFixtures.Images(10, seed: 5))).Message);
        Assert.Equal($"'{manifest}' holds codes that were made otherwise: Augmentation is \"Flip\" there and \"None\" here; use the same options or another folder.",
            Assert.Throws<ArgumentException>(() => Encode(folder, CodeFixtures.Images(10), CodeFixtures.Options(CodeAugmentation.None))).Message);
        foreach (var (name, bytes) in CodeFixtures.Content(folder)) Assert.Equal(content[name], bytes);
        File.Delete(manifest); // the shards know it, too
        Assert.StartsWith($"'{CodeManifest.ShardPath(folder, 0)}' holds codes of tokenizer {CodeFixtures.Tokenizer.Hash}",
            Assert.Throws<ArgumentException>(() => CodeEncoder.Encode(CodeFixtures.OtherTokenizer, CodeFixtures.Images(10), folder, CodeFixtures.Options())).Message);
    }

    [Fact]
    public void A_damaged_manifest_is_written_again()
    {
        var folder = _work.Path("codes");
        Encode(folder, CodeFixtures.Images(5));
        var text = File.ReadAllText(CodeManifest.PathOf(folder));
        File.WriteAllText(CodeManifest.PathOf(folder), text[..^3]);
        Assert.Equal(5, Encode(folder, CodeFixtures.Images(5)).Found);
        Assert.Equal($"'{CodeManifest.PathOf(folder)}' is no sound manifest of a code cache: it is not the JSON of a manifest; it is written again.", Assert.Single(_warnings));
        Assert.Equal(text, File.ReadAllText(CodeManifest.PathOf(folder)));
    }

    [Fact]
    public void A_cancelled_run_goes_on_and_ends_as_if_it_had_never_stopped()
    {
        var (whole, folder) = (_work.Path("whole"), _work.Path("codes"));
        Encode(whole, CodeFixtures.Images(10));
        using var cancellation = new CancellationTokenSource();
        var stopped = Assert.Throws<EncodingCanceledException>(() => CodeEncoder.Encode(CodeFixtures.Tokenizer, CodeFixtures.Images(10), folder, CodeFixtures.Options(),
            new Collect(p => { if (p.Step == 6) cancellation.Cancel(); }), _warnings.Add, cancellation.Token));
        Assert.Equal($"Cancelled at 4 images; their codes are in '{folder}', and the same work goes on from there.", stopped.Message);
        Assert.Equal(folder, stopped.Folder);
        File.WriteAllText(Path.Combine(folder, "shard-000001.codes.abc.tmp"), "of a killed process");
        var rest = Encode(folder, CodeFixtures.Images(10));
        Assert.Equal((6, 4), (rest.Encoded, rest.Found));
        CodeFixtures.RequireEqual(whole, folder);
        Assert.Null(Assert.Throws<EncodingCanceledException>(() => CodeEncoder.Encode(CodeFixtures.Tokenizer, CodeFixtures.Images(3), CodeFixtures.Options(), cancellation: cancellation.Token)).Folder);
    }

    [Fact]
    public void Broken_images_are_named_counted_and_left_out_also_by_a_run_that_goes_on()
    {
        var images = Folder(9, broken: [1, 5, 6, 7, 4]);
        var (whole, folder) = (_work.Path("whole"), _work.Path("codes"));
        var summary = Encode(whole, images);
        Assert.Equal((4, 5), (summary.Encoded, summary.Broken));
        Assert.Equal([.. new[] { 1, 4, 5, 6, 7 }.Select(i => $"'{PathOf(i)}' is no image; allowed are JPEG, PNG, WebP, BMP and GIF."), "5 of 9 images cannot be decoded and are left out."], _warnings);
        using (var cache = CodeCache.Open(whole))
        {
            Assert.Equal((4, 5), (cache.Count, cache.LeftOut));
            Assert.Equal([0, 0, 1, 0], Enumerable.Range(0, 4).Select(cache.Label)); // images 0, 2, 3 and 8: the second shard is empty
            CodeFixtures.Read(cache, 3);
        }
        Encode(folder, images, CodeFixtures.Options(part: 2, parts: 3)); // a shard of broken images alone
        Encode(folder, images);
        CodeFixtures.RequireEqual(whole, folder);
        _warnings.Clear();
        Assert.Equal((0, 4, 5), Encode(folder, images) is var again ? (again.Encoded, again.Found, again.Broken) : default);
        Assert.Equal("5 of 9 images cannot be decoded and are left out.", Assert.Single(_warnings));
    }

    [Fact]
    public void Nothing_but_broken_images_is_an_error()
    {
        var images = Folder(3, broken: [0, 1, 2]);
        Assert.StartsWith($"None of the 3 images can be decoded, the first one because: '{PathOf(0)}' is no image", Assert.Throws<ArgumentException>(() => Encode(_work.Path("codes"), images)).Message);
        Assert.StartsWith("None of the 3 images can be decoded", Assert.Throws<ArgumentException>(() => CodeEncoder.Encode(CodeFixtures.Tokenizer, images)).Message);
    }

    [Fact]
    public void A_file_that_has_gone_ends_the_work_and_costs_no_shard()
    {
        var images = Folder(9, broken: []);
        var (whole, folder) = (_work.Path("whole"), _work.Path("codes"));
        Encode(whole, images);
        File.Move(PathOf(5), PathOf(5) + "x");
        Assert.Equal($"There is no image file '{PathOf(5)}'; check the path.", Assert.Throws<InvalidImageException>(() => Encode(folder, images)).Message);
        File.Move(PathOf(5) + "x", PathOf(5));
        Assert.Equal((5, 4), Encode(folder, images) is var rest ? (rest.Encoded, rest.Found) : default);
        CodeFixtures.RequireEqual(whole, folder);
    }

    [Fact]
    public void Parts_fill_one_folder_and_nobody_writes_where_another_does()
    {
        var (whole, folder) = (_work.Path("whole"), _work.Path("codes"));
        var images = CodeFixtures.Images(14);
        Encode(whole, images);
        var during = new List<string>();
        var first = Encode(folder, images, CodeFixtures.Options(part: 1, parts: 3), new Collect(p =>
        {
            if (p.Step > 2) return;
            during.Add(Assert.Throws<IOException>(() => Encode(folder, images, CodeFixtures.Options(part: 1, parts: 3))).Message);
            during.Add(Assert.Throws<IOException>(() => Encode(folder, images)).Message);
            Encode(folder, images, CodeFixtures.Options(part: 2, parts: 3));
        }));
        Assert.Equal([$"Another process writes part 1 of the codes in '{folder}'; wait for it or choose another folder.", $"Another process writes codes in '{folder}'; wait for it or choose another folder."], during);
        Assert.Equal(6, first.Encoded); // shards 0 and 3
        Assert.Throws<InvalidDataException>(() => CodeCache.Open(folder));
        Encode(folder, images, CodeFixtures.Options(part: 3, parts: 3));
        CodeFixtures.RequireEqual(whole, folder);
        Encode(folder, images, progress: new Collect(_ => Assert.Fail("nothing is left to do")));
        Assert.Equal(0, Encode(_work.Path("few"), CodeFixtures.Images(2), CodeFixtures.Options(part: 3, parts: 3)).Encoded); // more parts than shards
    }

    [Fact]
    public void The_second_nearest_codes_stand_behind_the_nearest()
    {
        var options = CodeFixtures.Options();
        options.Ranks = 1;
        var (nearest, _) = CodeEncoder.Encode(CodeFixtures.Tokenizer, CodeFixtures.Images(3), options);
        options.Ranks = 2;
        var (both, _) = CodeEncoder.Encode(CodeFixtures.Tokenizer, CodeFixtures.Images(3), options);
        var (first, second, expected) = (new int[64], new int[64], new int[64]);
        for (var image = 0; image < 3; image++)
        {
            nearest.Read(image, 0, 0, expected);
            both.Read(image, 0, 0, first);
            both.Read(image, 0, 1, second);
            Assert.Equal(expected, first);
            Assert.DoesNotContain(true, first.Zip(second, (a, b) => a == b));
        }
    }

    [Fact]
    public void No_more_ranks_than_codes_can_be_asked_for()
    {
        var options = CodeFixtures.Options();
        options.Ranks = 513;
        Assert.StartsWith("Ranks is 513; allowed are 1 to 512, the codes of the tokenizer.", Assert.Throws<ArgumentException>(() => CodeEncoder.Encode(CodeFixtures.Tokenizer, CodeFixtures.Images(1), options)).Message);
    }

    [Fact]
    public void Options_are_checked()
    {
        foreach (var (change, message) in new (Action<CodeEncodingOptions>, string)[]
        {
            (o => o.Augmentation = (CodeAugmentation)9, "Augmentation is 9; allowed are None, Flip, TenCrop, TenCrops."), (o => o.Ranks = 0, "Ranks is 0; allowed are 1 to 1024."),
            (o => o.BatchSize = 0, "BatchSize is 0; allowed are 1 to 65536."), (o => o.ShardSize = 0, "ShardSize is 0; allowed are 1 to 65536."),
            (o => o.Parts = 0, "Parts is 0; allowed are 1 to 1,000,000."), (o => o.Part = 2, "Part is 2; allowed are 1 to 1."),
        })
        {
            var options = CodeFixtures.Options();
            change(options);
            Assert.Equal(message, Assert.Throws<ArgumentException>(options.Validate).Message);
        }
    }

    private CodeEncodingSummary Encode(string folder, LabelledImages images, CodeEncodingOptions? options = null, IProgress<TrainingProgress>? progress = null) =>
        CodeEncoder.Encode(CodeFixtures.Tokenizer, images, folder, options ?? CodeFixtures.Options(), progress, _warnings.Add);

    private string PathOf(int index) => _work.Path($"images/{index}.png");

    private LabelledImages Folder(int count, int[] broken)
    {
        Directory.CreateDirectory(_work.Path("images"));
        for (var i = 0; i < count; i++)
            if (broken.Contains(i)) File.WriteAllText(PathOf(i), "no image");
            else ImageWriter.SavePng(CodeFixtures.Picture(i), PathOf(i));
        return LabelledImages.FromFiles([.. Enumerable.Range(0, count).Select(PathOf)], [.. Enumerable.Range(0, count).Select(i => i % 2)], ["even", "odd"]);
    }

    private sealed class Collect(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
