using System.Diagnostics;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Generation;
using VFMTok.Tokenizer;

namespace VFMTok.ML.Tests.Components;

public sealed class ChainTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("vfmtok").FullName;
    private readonly VfmTokenizerModel _tokenizer = TestModels.Tokenizer();

    public void Dispose()
    {
        _tokenizer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Tokens_do_not_depend_on_batch_size_and_equal_the_model_s()
    {
        var rows = _ml.Data.LoadFromEnumerable(Paths(5));
        var one = Tokens(rows, 1);
        Assert.Equal(one, Tokens(rows, 3));
        Assert.Equal(64, one[0].Length);
        Assert.All(one.SelectMany(t => t), t => Assert.InRange(t, 1u, 512u));
    }

    [Fact]
    public void Detokenize_finds_the_tokenizer_and_refuses_another()
    {
        var rows = _ml.Data.LoadFromEnumerable(Paths(2));
        var chain = _ml.Transforms.VfmTokenize("Tokens", "Path", _tokenizer).Append(_ml.Transforms.VfmDetokenize("Image", "Tokens"));
        using var model = chain.Fit(rows);
        var images = _ml.Data.CreateEnumerable<ImageRow>(model.Transform(rows), reuseRowObject: false).ToArray();
        Assert.All(images, i => Assert.Equal(64, i.Image.Width));
        using var other = TestModels.Tokenizer(seed: 7);
        var error = Assert.Throws<ArgumentException>(() => _ml.Transforms.VfmDetokenize("Image", "Tokens", other).Fit(model.Transform(rows)));
        Assert.Equal($"The tokens in column 'Tokens' were made by tokenizer {_tokenizer.Hash} but tokenizer {other.Hash} is to read them; use one tokenizer for both.", error.Message);
    }

    [Fact]
    public void Wrong_columns_are_named()
    {
        var rows = _ml.Data.LoadFromEnumerable(Paths(1));
        var missing = Assert.Throws<ArgumentException>(() => _ml.Transforms.VfmTokenize("Tokens", "Nope", _tokenizer).Fit(rows));
        Assert.Equal("There is no input column 'Nope'; there are Path, Label, Number: name one of them or add a step that makes it.", missing.Message);
        var wrong = Assert.Throws<ArgumentException>(() => _ml.Transforms.VfmTokenize("Tokens", "Number", _tokenizer).Fit(rows));
        Assert.Equal("Input column 'Number' is Single but must be Image, or Text with the paths of image files; name another column or convert it.", wrong.Message);
    }

    [Fact]
    public void Unknown_classes_list_the_known_ones()
    {
        using var generator = TestModels.Generator(_tokenizer.Hash);
        var rows = _ml.Data.LoadFromEnumerable([new PathRow { Label = "cow" }]);
        using var model = _ml.Transforms.VfmGenerateTokens("Tokens", "Label", generator).Fit(rows);
        var error = Assert.ThrowsAny<InvalidOperationException>(() => model.Transform(rows).GetColumn<uint[]>("Tokens").ToArray());
        Assert.StartsWith("A row has the class 'cow' in column 'Label', which the generator does not know; it knows cat, dog, owl: ", error.Message);
    }

    [Fact]
    public void Generated_pictures_do_not_depend_on_batch_size()
    {
        using var generator = TestModels.Generator(_tokenizer.Hash);
        var rows = _ml.Data.LoadFromEnumerable(new[] { "cat", "owl", "owl", "cat", "dog" }.Select(l => new PathRow { Label = l }));
        var runs = new[] { 1, 2, 16 }.Select(batch =>
        {
            using var model = _ml.Transforms.VfmGenerateTokens("Tokens", "Label", generator, new VfmGenerateOptions { BatchSize = batch }).Fit(rows);
            return model.Transform(rows).GetColumn<uint[]>("Tokens").ToArray();
        }).ToArray();
        Assert.Equal(runs[0], runs[1]);
        Assert.Equal(runs[0], runs[2]);
        Assert.NotEqual(runs[0][0], runs[0][3]); // the same class, another row
    }

    [Fact]
    public void A_zip_holds_each_network_once_and_loads_in_a_fresh_process()
    {
        var paths = Paths(3).ToArray();
        var rows = _ml.Data.LoadFromEnumerable(paths);
        var zip = Path.Combine(_folder, "model.zip");
        string[] expected;
        using (var model = _ml.Transforms.VfmTokenize("Tokens", "Path", _tokenizer).Append(_ml.Transforms.VfmDetokenize("Image", "Tokens")).Fit(rows))
        {
            expected = model.Transform(rows).GetColumn<uint[]>("Tokens").Select(t => string.Join(' ', t)).ToArray();
            _ml.Model.Save(model, rows.Schema, zip);
        }
        using (var archive = ZipFile.OpenRead(zip))
            Assert.Equal($"VfmTok/{_tokenizer.Hash}", Assert.Single(archive.Entries, e => e.FullName.Replace('\\', '/').Contains("VfmTok/")).FullName.Replace('\\', '/'));
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "VFMTok.LoadOnly.dll"), zip, .. paths.Select(p => p.Path)])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEnd().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.True(process.WaitForExit(120_000) && process.ExitCode == 0, process.StandardError.ReadToEnd());
        Assert.Equal(["False", .. expected], output);
    }

    [Fact]
    public void The_network_lives_as_long_as_somebody_holds_it()
    {
        var rows = _ml.Data.LoadFromEnumerable(Paths(1));
        var tokenizer = TestModels.Tokenizer(seed: 11);
        var estimator = _ml.Transforms.VfmTokenize("Tokens", "Path", tokenizer);
        var (first, second) = (estimator.Fit(rows), estimator.Fit(rows));
        tokenizer.Dispose();
        first.Dispose();
        first.Dispose();
        Assert.False(tokenizer.IsDisposed);
        Assert.Single(second.Transform(rows).GetColumn<uint[]>("Tokens"));
        second.Dispose();
        Assert.True(tokenizer.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => second.Transform(rows));
    }

    [Fact]
    public void A_generator_trained_in_a_chain_draws_saves_and_loads()
    {
        var rows = _ml.Data.LoadFromEnumerable(Paths(4));
        var options = new VfmGenerateOptions { Training = { Steps = 2, BatchSize = 2 } };
        var chain = _ml.Transforms.Conversion.MapValueToKey("Class", "Label")
            .Append(_ml.Transforms.VfmTokenize("Tokens", "Path", _tokenizer))
            .Append(_ml.Transforms.VfmClassToImage("Sample", "Class", "Tokens", options));
        using var model = chain.Fit(rows);
        var zip = Path.Combine(_folder, "model.zip");
        _ml.Model.Save(model, rows.Schema, zip);
        var pixels = Samples(model);
        var loaded = _ml.Model.Load(zip, out _);
        Assert.Equal(pixels, Samples(loaded));
        Assert.Equal(["cat"], model.LastTransformer.Generator.ClassNames);
        ((IDisposable)loaded).Dispose();

        byte[][] Samples(ITransformer transformer) =>
            [.. _ml.Data.CreateEnumerable<SampleRow>(transformer.Transform(rows), reuseRowObject: false).Select(r => r.Sample.Pixels.ToArray())];
    }

    private uint[][] Tokens(IDataView rows, int batchSize)
    {
        using var model = _ml.Transforms.VfmTokenize("Tokens", "Path", _tokenizer, batchSize: batchSize).Fit(rows);
        return model.Transform(rows).GetColumn<uint[]>("Tokens").ToArray();
    }

    private IEnumerable<PathRow> Paths(int count) => Enumerable.Range(0, count).Select(i =>
    {
        var path = Path.Combine(_folder, $"{i}.png");
        if (!File.Exists(path))
            using (var picture = TestModels.Picture(i)) picture.Save(path);
        return new PathRow { Path = path, Label = "cat" };
    }).ToArray();

    public sealed class PathRow
    {
        public string Path { get; set; } = "";

        public string Label { get; set; } = "";

        public float Number { get; set; }
    }

    public sealed class SampleRow
    {
        public MLImage Sample { get; set; } = null!;
    }

    public sealed class ImageRow
    {
        public MLImage Image { get; set; } = null!;
    }
}
