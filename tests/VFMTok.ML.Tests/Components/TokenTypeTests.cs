using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Tokenizer;

namespace VFMTok.ML.Tests.Components;

public sealed class TokenTypeTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly PictureFolder _pictures = new(3);
    private readonly VfmTokenizerModel _tokenizer = TestModels.Tokenizer();

    public void Dispose()
    {
        _tokenizer.Dispose();
        _pictures.Dispose();
    }

    [Fact]
    public void Plain_integers_are_the_keys_less_one_and_decode_to_the_same_pictures()
    {
        var (keys, keyImages) = Run(VfmTokenType.Key);
        var (integers, images) = Run(VfmTokenType.UInt32);
        Assert.Equal(keys.Select(row => row.Select(t => t - 1)), integers);
        Assert.Equal(keyImages, images);

        (uint[][], byte[][]) Run(VfmTokenType type)
        {
            var rows = _pictures.Rows(_ml);
            using var model = _ml.Transforms.VfmTokenize("Tokens", "Path", _tokenizer, type).Append(_ml.Transforms.VfmDetokenize("Image", "Tokens")).Fit(rows);
            var described = model.Transform(rows);
            return (described.GetColumn<uint[]>("Tokens").ToArray(), [.. _ml.Data.CreateEnumerable<ImageOnly>(described, false).Select(r => r.Image.Pixels.ToArray())]);
        }
    }

    [Fact]
    public void A_generator_trains_on_plain_integers()
    {
        var chain = _ml.Transforms.Conversion.MapValueToKey("Class", "Label")
            .Append(_ml.Transforms.VfmTokenize("Tokens", "Path", _tokenizer, VfmTokenType.UInt32))
            .Append(_ml.Transforms.VfmGenerateTokens("Drawn", "Class", "Tokens", new VfmGenerateOptions { Training = { Steps = 1, BatchSize = 2 } }));
        using var model = chain.Fit(_pictures.Rows(_ml));
        Assert.Equal(512, model.LastTransformer.Generator.Config.CodebookSize);
        Assert.Equal(["cat", "dog", "owl"], model.LastTransformer.Generator.ClassNames);
    }

    [Fact]
    public void A_missing_image_has_missing_keys_and_no_picture_but_no_plain_integers()
    {
        var rows = _ml.Data.LoadFromEnumerable(new[] { new PictureRow { Path = _pictures.PathOf(0) }, new PictureRow() });
        using var model = _ml.Transforms.VfmTokenize("Tokens", "Path", _tokenizer).Append(_ml.Transforms.VfmDetokenize("Image", "Tokens")).Fit(rows);
        var described = model.Transform(rows);
        Assert.All(described.GetColumn<uint[]>("Tokens").Last(), t => Assert.Equal(0u, t));
        var images = _ml.Data.CreateEnumerable<ImageOnly>(described, false).ToArray();
        Assert.NotNull(images[0].Image);
        Assert.Null(images[1].Image);

        using var integers = _ml.Transforms.VfmTokenize("Tokens", "Path", _tokenizer, VfmTokenType.UInt32).Fit(rows);
        var error = Assert.ThrowsAny<InvalidOperationException>(() => integers.Transform(rows).GetColumn<uint[]>("Tokens").ToArray());
        Assert.Equal("A row without image has no tokens and UInt32 has no missing value; filter such rows or use VfmTokenType.Key.", error.Message);
    }

    [Theory]
    [InlineData(512u, "Token 512 is out of range; allowed are 0 to 511.")]
    [InlineData(4_000_000_000u, "Column 'Tokens' has the token 4000000000, more than any codebook has; use the output of VfmTokenize.")]
    public void Tokens_outside_of_the_codebook_are_named(uint token, string sentence)
    {
        var rows = _ml.Data.LoadFromEnumerable(new[] { new HandMade { Tokens = [.. Enumerable.Repeat(token, 64)] } });
        using var model = _ml.Transforms.VfmDetokenize("Image", "Tokens", _tokenizer).Fit(rows);
        var error = Assert.ThrowsAny<Exception>(() => _ml.Data.CreateEnumerable<ImageOnly>(model.Transform(rows), false).ToArray());
        Assert.StartsWith(sentence, error.Message);
    }

    [Fact]
    public void Tokens_of_a_tokenizer_that_is_not_loaded_say_which_one_is_needed()
    {
        var rows = _pictures.Rows(_ml);
        var gone = TestModels.Tokenizer(seed: 31);
        var transformer = _ml.Transforms.VfmTokenize("Tokens", "Path", gone).Fit(rows);
        var tokens = _ml.Data.Cache(transformer.Transform(rows), "Tokens");
        Assert.Equal(3, tokens.GetColumn<uint[]>("Tokens").Count());
        transformer.Dispose();
        gone.Dispose();
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.VfmDetokenize("Image", "Tokens").Fit(tokens));
        Assert.Equal($"The tokens in column 'Tokens' were made by tokenizer {gone.Hash}, which is not loaded in this process; load it and pass it to this step.", error.Message);
    }

    private sealed class HandMade
    {
        [VectorType(64)]
        public uint[] Tokens { get; set; } = [];
    }

    private sealed class ImageOnly
    {
        public MLImage Image { get; set; } = null!;
    }
}
