using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Generation;
using VFMTok.Tokenizer;

namespace VFMTok.ML.Tests.Components;

public sealed class LabelTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly VfmTokenizerModel _tokenizer = TestModels.Tokenizer();
    private readonly VfmGeneratorModel _generator;

    public LabelTests() => _generator = TestModels.Generator(_tokenizer.Hash); // knows cat, dog, owl

    public void Dispose()
    {
        _generator.Dispose();
        _tokenizer.Dispose();
    }

    [Fact]
    public void Keys_are_matched_by_name_whatever_their_order_and_number()
    {
        var text = Rows("owl", "cat");
        var keys = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(text).Transform(text); // owl = 1, cat = 2, no dog
        Assert.Equal(Draw(text), Draw(keys));
    }

    [Fact]
    public void A_missing_label_draws_nothing()
    {
        var rows = Rows("dog", "");
        using var model = _ml.Transforms.VfmClassToImage("Image", "Label", _generator, _tokenizer).Fit(rows);
        var images = _ml.Data.CreateEnumerable<Drawn>(model.Transform(rows), reuseRowObject: false).ToArray();
        Assert.NotNull(images[0].Image);
        Assert.Null(images[1].Image);
    }

    [Fact]
    public void Class_to_image_equals_tokens_then_detokenize()
    {
        var rows = Rows("cat", "dog", "owl");
        using var direct = _ml.Transforms.VfmClassToImage("Image", "Label", _generator, _tokenizer).Fit(rows);
        using var chain = _ml.Transforms.VfmGenerateTokens("Tokens", "Label", _generator).Append(_ml.Transforms.VfmDetokenize("Image", "Tokens")).Fit(rows);
        Assert.Equal(Pixels(direct.Transform(rows)), Pixels(chain.Transform(rows)));

        byte[][] Pixels(IDataView view) => [.. _ml.Data.CreateEnumerable<Drawn>(view, reuseRowObject: false).Select(r => r.Image.Pixels.ToArray())];
    }

    [Fact]
    public void A_key_of_an_unknown_class_is_one_sentence()
    {
        var text = Rows("cat", "cow");
        var keys = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(text).Transform(text);
        var error = Assert.ThrowsAny<ArgumentException>(() => Draw(keys));
        Assert.StartsWith("There is no class 'cow'; the model knows cat, dog, owl.", error.Message);
    }

    private uint[][] Draw(IDataView rows)
    {
        using var model = _ml.Transforms.VfmGenerateTokens("Tokens", "Label", _generator).Fit(rows);
        return [.. model.Transform(rows).GetColumn<uint[]>("Tokens")];
    }

    private IDataView Rows(params string[] labels) => _ml.Data.LoadFromEnumerable(labels.Select(l => new PictureRow { Label = l }).ToArray());

    private sealed class Drawn
    {
        public MLImage Image { get; set; } = null!;
    }
}
