using Microsoft.ML;
using Microsoft.ML.Data;

namespace VFMTok.ML.Tests.Components;

public sealed class PredictionEngineTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly PictureFolder _pictures = new(3);

    public void Dispose() => _pictures.Dispose();

    [Fact]
    public void A_path_becomes_the_tokens_and_the_picture_of_the_batched_view()
    {
        using var tokenizer = TestModels.Tokenizer();
        var rows = _pictures.Rows(_ml);
        using var model = _ml.Transforms.VfmTokenize("Tokens", "Path", tokenizer).Append(_ml.Transforms.VfmDetokenize("Image", "Tokens")).Fit(rows);
        var batched = _ml.Data.CreateEnumerable<Described>(model.Transform(rows), reuseRowObject: false).ToArray();
        using var engine = _ml.Model.CreatePredictionEngine<PictureRow, Described>(model);
        for (var i = 0; i < batched.Length; i++)
        {
            var alone = engine.Predict(new PictureRow { Path = _pictures.PathOf(i) });
            Assert.Equal(batched[i].Tokens, alone.Tokens);
            Assert.Equal(batched[i].Image.Pixels.ToArray(), alone.Image.Pixels.ToArray());
        }
    }

    [Fact]
    public void An_engine_numbers_its_rows_so_pictures_differ_and_every_engine_draws_the_same_ones()
    {
        using var tokenizer = TestModels.Tokenizer();
        using var generator = TestModels.Generator(tokenizer.Hash);
        using var model = _ml.Transforms.VfmClassToImage("Image", "Label", generator, tokenizer).Fit(_pictures.Rows(_ml));
        byte[][] Draw()
        {
            using var engine = _ml.Model.CreatePredictionEngine<PictureRow, Drawn>(model, new PredictionEngineOptions { OwnsTransformer = false });
            return [.. Enumerable.Range(0, 3).Select(_ => engine.Predict(new PictureRow { Label = "owl" }).Image.Pixels.ToArray())];
        }
        var first = Draw();
        Assert.NotEqual(first[0], first[1]);
        Assert.NotEqual(first[1], first[2]);
        Assert.Equal(first, Draw());
    }

    private sealed class Described
    {
        public uint[] Tokens { get; set; } = [];

        public MLImage Image { get; set; } = null!;
    }

    private sealed class Drawn
    {
        public MLImage Image { get; set; } = null!;
    }
}
