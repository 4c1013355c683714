using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.ML.Models;
using VFMTok.ML.Tests.Components;
using VFMTok.Tokenizer;
using VFMTok.Training;

namespace VFMTok.ML.Tests.VfmGenerateTokens;

public sealed class GeneratorCodesTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly PictureFolder _pictures = new(5);
    private readonly VfmTokenizerModel _tokenizer = TestModels.Tokenizer(seed: 57); // of no other class: equal ones would stand for it
    private readonly List<string> _log = [], _warnings = [];
    private readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        foreach (var item in _open) item.Dispose();
        _tokenizer.Dispose();
        _pictures.Dispose();
    }

    [Fact]
    public void A_tokens_column_tells_which_images_it_was_made_from()
    {
        var data = Tokens(_pictures.Rows(_ml));
        Assert.Equal("Path", TokensColumn.Images(data.Schema, data.Schema["Tokens"])!.Value.Name);
        var without = _ml.Transforms.DropColumns("Path").Fit(data).Transform(data);
        Assert.Null(TokensColumn.Images(without.Schema, without.Schema["Tokens"]));
        var other = _ml.Transforms.CopyColumns("Path", "Tokens").Fit(data).Transform(data);
        Assert.Null(TokensColumn.Images(other.Schema, other.Schema["Tokens"])); // no longer images
    }

    [Fact]
    public void Images_behind_the_tokens_are_tokenized_once_with_their_mirror_images()
    {
        var data = Tokens(_pictures.Rows(_ml));
        var codes = Of(data, new VfmGenerateOptions());
        Assert.Equal((5, 2, 1), (codes.Images.Count, codes.Images.Variants, codes.Images.Ranks));
        Assert.Same(_tokenizer, codes.Tokenizer);
        Assert.StartsWith("tokenized 5 images in 2 variants in ", Assert.Single(_log));
        Assert.Equal(["cat", "dog", "owl"], codes.Images.ClassNames);
        var column = Of(data, new VfmGenerateOptions { Augmentation = CodeAugmentation.None });
        Assert.Equal("5 images read from tokens column 'Tokens'", _log[1]);
        Assert.Equal((5, 1), (column.Images.Count, column.Images.Variants));
        RequireAlike(column.Images, codes.Images);
        Assert.Equal(10, Of(data, new VfmGenerateOptions { Augmentation = CodeAugmentation.TenCrop }).Images.Variants);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Images_in_memory_give_the_same_codes_as_their_files()
    {
        var files = Of(Tokens(_pictures.Rows(_ml)), new VfmGenerateOptions());
        var images = Of(Tokens(_ml.Transforms.LoadImages("Image", "", "Path").Fit(_pictures.Rows(_ml)).Transform(_pictures.Rows(_ml)), "Image"), new VfmGenerateOptions());
        Assert.Equal((5, 2), (images.Images.Count, images.Images.Variants));
        Assert.Equal(files.Images.Fingerprint, images.Images.Fingerprint); // of tokens and labels
    }

    [Fact]
    public void Without_the_images_the_column_itself_is_learned_from()
    {
        var data = Tokens(_pictures.Rows(_ml));
        var codes = Of(_ml.Transforms.DropColumns("Path").Fit(data).Transform(data), new VfmGenerateOptions());
        Assert.Equal((5, 1), (codes.Images.Count, codes.Images.Variants));
        Assert.Equal("Ranks is 2 but tokens column 'Tokens' holds the nearest codes alone and its images are not there; set Ranks to 1 or give the images and the tokenizer.",
            Assert.Throws<ArgumentException>(() => Of(_ml.Transforms.DropColumns("Path").Fit(data).Transform(data), new VfmGenerateOptions { Ranks = 2 })).Message);
    }

    [Fact]
    public void Rows_without_label_or_image_are_left_out_and_so_are_broken_images()
    {
        File.WriteAllText(_pictures.PathOf(3), "no image");
        var rows = _ml.Data.LoadFromEnumerable(new[]
        {
            new PictureRow { Path = _pictures.PathOf(0), Label = "cat" }, new PictureRow { Path = "", Label = "cat" }, new PictureRow { Path = _pictures.PathOf(1), Label = "" },
            new PictureRow { Path = _pictures.PathOf(3), Label = "cat" }, new PictureRow { Path = _pictures.PathOf(2), Label = "dog" },
        });
        var codes = Of(Tokens(rows), new VfmGenerateOptions());
        Assert.Equal([0, 1], Enumerable.Range(0, codes.Images.Count).Select(codes.Images.Label));
        Assert.Equal([$"'{_pictures.PathOf(3)}' is no image; allowed are JPEG, PNG, WebP, BMP and GIF.", "1 of 3 images cannot be decoded and is left out."], _warnings);
        var none = _ml.Data.LoadFromEnumerable(new[] { new PictureRow { Path = "", Label = "cat" }, new PictureRow { Path = "x", Label = "" } });
        Assert.Equal("No row has both a label in 'Label' and an image in 'Path'; give data with at least one.", Assert.Throws<ArgumentException>(() => Of(Tokens(none), new VfmGenerateOptions())).Message);
    }

    [Fact]
    public void With_a_folder_the_next_fit_finds_the_codes_and_learns_the_same()
    {
        var (run, data) = (Path.Combine(_pictures.Folder, "run"), Tokens(_pictures.Rows(_ml)));
        var lines = new List<string>();
        _ml.Log += (_, e) =>
        {
            lock (lines) lines.Add(e.RawMessage);
        };
        string Fit(string? folder, string? codes = null)
        {
            lines.Clear();
            using var model = _ml.Transforms.VfmGenerateTokens("Drawn", "Label", "Tokens", new VfmGenerateOptions
            {
                Training = { Steps = 2, BatchSize = 2, Folder = folder }, CodesFolder = codes,
            }).Fit(data);
            return model.Generator.Hash;
        }
        var first = Fit(run);
        Assert.Contains(lines, l => l.StartsWith("tokenized 5 images in 2 variants in ", StringComparison.Ordinal));
        Assert.True(File.Exists(Path.Combine(run, "codes", "codes.json")));
        CheckpointFolder.Clear(run, "generator");
        Assert.Equal(first, Fit(run));
        Assert.Contains("5 images found in the cache", lines);
        Assert.Equal(first, Fit(null));
        Assert.Contains(lines, l => l.StartsWith("tokenized 5 images in 2 variants in ", StringComparison.Ordinal)); // in memory
        Assert.Equal(first, Fit(null, Path.Combine(run, "codes")));
        Assert.Contains("5 images found in the cache", lines);
        using var other = TestModels.Tokenizer(seed: 58);
        Assert.Contains($"holds codes of tokenizer {_tokenizer.Hash} but tokenizer {other.Hash} is to be used",
            Assert.Throws<ArgumentException>(() => Of(Tokens(_pictures.Rows(_ml), tokenizer: other), new VfmGenerateOptions { CodesFolder = Path.Combine(run, "codes") })).Message);
    }

    [Fact]
    public void A_cache_that_is_given_must_be_of_the_same_tokenizer_and_classes_and_needs_no_images()
    {
        var folder = Path.Combine(_pictures.Folder, "codes");
        CodeEncoder.Encode(_tokenizer, LabelledImages.FromFiles([_pictures.PathOf(0), _pictures.PathOf(1), _pictures.PathOf(2)], [0, 1, 2], ["cat", "dog", "owl"]), folder);
        var options = new VfmGenerateOptions { Codes = folder };
        var rows = Enumerable.Range(0, 3).Select(i => new PictureRow { Path = "gone", Label = new[] { "cat", "dog", "owl" }[i] }).ToArray();
        var codes = Of(Tokens(_ml.Data.LoadFromEnumerable(rows)), options);
        Assert.Equal((3, 2), (codes.Images.Count, codes.Images.Variants));
        Assert.Equal($"3 images in 2 variants found in the cache '{folder}'", Assert.Single(_log));
        Assert.Equal($"The code cache '{folder}' has the classes cat, dog, owl but label column 'Label' has owl, dog, cat; encode the images with these classes, in this order.",
            Assert.Throws<ArgumentException>(() => Of(Tokens(_ml.Data.LoadFromEnumerable(rows.Reverse().ToArray())), options)).Message);
        using var other = TestModels.Tokenizer(seed: 58);
        Assert.StartsWith($"The code cache '{folder}' was made by tokenizer {_tokenizer.Hash} but tokenizer {other.Hash} is in use",
            Assert.Throws<ArgumentException>(() => Of(Tokens(_ml.Data.LoadFromEnumerable(rows), tokenizer: other), options)).Message);
        options.Codes = _pictures.Folder;
        Assert.StartsWith($"There is no code cache in '{_pictures.Folder}'", Assert.Throws<FileNotFoundException>(() => Of(Tokens(_ml.Data.LoadFromEnumerable(rows)), options)).Message);
    }

    [Fact]
    public void Fit_can_be_cancelled_while_it_tokenizes()
    {
        using var cancellation = new CancellationTokenSource();
        var options = new VfmGenerateOptions { Training = { Steps = 2 }, BatchSize = 2, Cancellation = cancellation.Token, Progress = new Collect(p => cancellation.Cancel()) };
        Assert.Equal("Cancelled while 5 images were tokenized; nothing was kept.",
            Assert.Throws<EncodingCanceledException>(() => _ml.Transforms.VfmGenerateTokens("Drawn", "Label", "Tokens", options).Fit(Tokens(_pictures.Rows(_ml)))).Message);
    }

    private GeneratorCodes Of(IDataView data, VfmGenerateOptions options)
    {
        var codes = GeneratorCodes.Of(data, "Label", "Tokens", options, _log.Add, _warnings.Add);
        _open.Add(codes);
        return codes;
    }

    private IDataView Tokens(IDataView rows, string column = "Path", VfmTokenizerModel? tokenizer = null)
    {
        var model = _ml.Transforms.Conversion.MapValueToKey("Label").Append(_ml.Transforms.VfmTokenize("Tokens", column, tokenizer ?? _tokenizer)).Fit(rows);
        _open.Add(model);
        return model.Transform(rows);
    }

    private static void RequireAlike(ITokenizedImages a, ITokenizedImages b)
    {
        var (one, two, same) = (new int[64], new int[64], 0);
        for (var i = 0; i < a.Count; i++)
        {
            Assert.Equal(a.Label(i), b.Label(i));
            a.Read(i, 0, 0, one);
            b.Read(i, 0, 0, two);
            same += one.Zip(two).Count(t => t.First == t.Second);
        }
        Assert.True(same >= 0.99 * 64 * a.Count, $"{same} of {64 * a.Count} tokens agree"); // batches differ, and with them the last bit of sums
    }

    private sealed class Collect(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
