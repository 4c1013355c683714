using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Generation;
using VFMTok.Tokenizer;

namespace VFMTok.ML.Tests.Components;

/// <summary>One picture, three ways to it. The tool's is tested with the tool.</summary>
public sealed class PictureSeedTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly VfmTokenizerModel _tokenizer = TestModels.Tokenizer();
    private readonly VfmGeneratorModel _generator;

    public PictureSeedTests() => _generator = TestModels.Generator(_tokenizer.Hash);

    public void Dispose()
    {
        _generator.Dispose();
        _tokenizer.Dispose();
    }

    [Fact]
    public void Class_to_image_equals_tokens_then_detokenize_equals_the_model_at_every_batch_size_and_through_the_zip()
    {
        var rows = Rows(19);
        var expected = Pixels(rows, _ml.Transforms.VfmClassToImage("Image", "Label", _generator, _tokenizer, Options(16)).Fit(rows));
        Assert.Equal(19, expected.Distinct(new Bytes()).Count());
        foreach (var batch in new[] { 1, 7, 64 })
        {
            Assert.Equal(expected, Pixels(rows, _ml.Transforms.VfmClassToImage("Image", "Label", _generator, _tokenizer, Options(batch)).Fit(rows)));
            Assert.Equal(expected, Pixels(rows, _ml.Transforms.VfmGenerateTokens("Tokens", "Label", _generator, Options(batch)).Append(_ml.Transforms.VfmDetokenize("Image", "Tokens", _tokenizer)).Fit(rows)));
        }

        using var zip = new MemoryStream();
        using (var model = _ml.Transforms.VfmClassToImage("Image", "Label", _generator, _tokenizer, Options(16)).Fit(rows)) _ml.Model.Save(model, rows.Schema, zip);
        zip.Position = 0;
        Assert.Equal(expected, Pixels(rows, _ml.Model.Load(zip, out _)));

        var (tokens, image) = (new int[64], new byte[64 * 64 * 3]);
        for (var row = 0; row < 19; row += 6)
        {
            _generator.Generate([row % 3], [VfmPictureSeeds.Of(5, row)], Options(1).Sampling, tokens);
            _tokenizer.Decode(tokens, 1, image);
            Assert.Equal(expected[row].Where((_, i) => i % 4 != 3), image); // MLImage has four channels
        }
    }

    [Fact]
    public void Pictures_follow_their_rows()
    {
        var rows = Rows(6);
        var all = Pixels(rows, _ml.Transforms.VfmClassToImage("Image", "Label", _generator, _tokenizer, Options(4)).Fit(rows));
        var some = _ml.Data.FilterRowsByColumn(rows, "Number", lowerBound: 2, upperBound: 5); // rows 2 to 4 keep their ids
        Assert.Equal(all[2..5], Pixels(some, _ml.Transforms.VfmClassToImage("Image", "Label", _generator, _tokenizer, Options(4)).Fit(some)));
    }

    [Fact]
    public void Seeds_of_rows_and_runs_differ()
    {
        var seeds = Enumerable.Range(0, 50).SelectMany(seed => Enumerable.Range(0, 50).Select(row => VfmPictureSeeds.Of(seed, row))).ToArray();
        Assert.Equal(seeds.Length, seeds.Distinct().Count());
        Assert.Equal(VfmPictureSeeds.Of(3, 8), VfmPictureSeeds.Of(3, new DataViewRowId(8, 0)));
    }

    private static VfmGenerateOptions Options(int batch) => new() { BatchSize = batch, Seed = 5, Sampling = { GuidanceScale = 1.5, TopP = 0.95 } };

    private byte[][] Pixels(IDataView rows, ITransformer model)
    {
        using var owner = (IDisposable)model;
        return [.. _ml.Data.CreateEnumerable<Drawn>(model.Transform(rows), reuseRowObject: false).Select(r => r.Image.Pixels.ToArray())];
    }

    private IDataView Rows(int count) => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new NumberedRow { Label = new[] { "cat", "dog", "owl" }[i % 3], Number = i }).ToArray());

    private sealed class NumberedRow
    {
        public string Label { get; set; } = "";

        public float Number { get; set; }
    }

    private sealed class Drawn
    {
        public MLImage Image { get; set; } = null!;
    }

    private sealed class Bytes : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes) => bytes.Length;
    }
}
