using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Foundation;
using VFMTok.Generation;
using VFMTok.Imaging;
using VFMTok.Runtime;

namespace VFMTok.ML.Tests.Components;

public class PrecisionTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Tokens_and_pictures_are_those_of_the_model_in_that_precision_also_after_the_zip()
    {
        using var pictures = new PictureFolder(3);
        using var tokenizer = TestModels.Tokenizer();
        var rows = pictures.Rows(_ml);
        var options = new VfmTokenizeOptions { Precision = Precision.BFloat16, BatchSize = 2 };
        var chain = _ml.Transforms.VfmTokenize("Tokens", "Path", tokenizer, options).Append(_ml.Transforms.VfmDetokenize("Image", "Tokens", tokenizer, new VfmBatchOptions { Precision = Precision.BFloat16 }));
        var zip = Path.Combine(pictures.Folder, "half.zip");
        using var model = chain.Fit(rows);
        _ml.Model.Save(model, rows.Schema, zip);
        using var loaded = VfmModelZip.Load(_ml, zip);
        Assert.All(loaded.Steps.Cast<BatchTransformer>(), step => Assert.Equal(Precision.BFloat16, step.Precision));
        foreach (var transformer in new[] { model, loaded.Chain })
        {
            var view = transformer.Transform(rows);
            var (tokens, images) = (view.GetColumn<uint[]>("Tokens").ToArray(), view.GetColumn<MLImage>("Image").ToArray());
            for (var i = 0; i < 3; i++)
            {
                var (expected, rgb) = (new int[64], new byte[64 * 64 * 3]);
                tokenizer.Encode(Crops.CenterCrop(ImageDecoder.Decode(pictures.PathOf(i)), 64).Pixels, 1, expected, Precision.BFloat16);
                tokenizer.Decode(expected, 1, rgb, Precision.BFloat16);
                Assert.Equal(expected, tokens[i].Select(t => (int)t - 1));
                Assert.Equal(rgb, images[i].Pixels.ToArray().Chunk(4).SelectMany(p => p[..3]));
                images[i].Dispose();
            }
        }
    }

    [Fact]
    public void Generators_draw_alike_in_every_batch_with_few_bits()
    {
        using var tokenizer = TestModels.Tokenizer();
        using var generator = TestModels.Generator(tokenizer.Hash);
        var rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 5).Select(i => new { Label = new[] { "cat", "dog", "owl" }[i % 3] }));
        foreach (var sampling in new[] { new SamplingOptions { Precision = Precision.BFloat16 }, new SamplingOptions { Int8Weights = true, GuidanceScale = 2 } })
        {
            uint[][] Draw(int batch)
            {
                using var model = _ml.Transforms.VfmGenerateTokens("Tokens", "Label", generator, new VfmGenerateOptions { BatchSize = batch, Sampling = sampling }).Fit(rows);
                return [.. model.Transform(rows).GetColumn<uint[]>("Tokens")];
            }
            Assert.Equal(Draw(1), Draw(4));
        }
    }

    [Fact]
    public void Features_have_a_precision_too()
    {
        using var pictures = new PictureFolder(2);
        using var foundation = VfmFoundationModel.Tiny();
        var rows = pictures.Rows(_ml);
        float[][] Features(Precision precision)
        {
            using var model = _ml.Transforms.VfmFeaturize("Features", "Path", foundation, new VfmBatchOptions { Precision = precision }).Fit(rows);
            return [.. model.Transform(rows).GetColumn<float[]>("Features")];
        }
        var (exact, half) = (Features(Precision.Float32), Features(Precision.BFloat16));
        Assert.NotEqual(exact[0], half[0]);
        Assert.InRange(exact[0].Zip(half[0]).Max(p => Math.Abs(p.First - p.Second)) / exact[0].Max(Math.Abs), 0, 0.05);
    }

    [Fact]
    public void Precisions_that_do_not_exist_are_named()
    {
        Assert.Equal("Precision is 7; allowed are Auto, Float32, BFloat16.", Assert.Throws<ArgumentException>(() => new VfmBatchOptions { Precision = (Precision)7 }.Validate()).Message);
        Assert.Contains("Precision is 7", Assert.Throws<ArgumentException>(() => new SamplingOptions { Precision = (Precision)7 }.Validate()).Message);
    }
}
