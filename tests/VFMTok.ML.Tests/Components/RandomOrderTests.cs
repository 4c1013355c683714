using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Generation;
using VFMTok.Runtime;

namespace VFMTok.ML.Tests.Components;

public sealed class RandomOrderTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly PictureFolder _pictures = new(3);

    public void Dispose() => _pictures.Dispose();

    [Fact]
    public void A_random_order_generator_trains_saves_and_loads_with_its_growing_guidance()
    {
        using var tokenizer = TestModels.Tokenizer();
        var rows = _pictures.Rows(_ml);
        var options = new VfmGenerateOptions
        {
            Training = { Config = GeneratorConfig.RarTiny, Steps = 2, BatchSize = 2 }, Sampling = { GuidanceScale = 16, GuidancePower = 2.75 },
        };
        var chain = _ml.Transforms.Conversion.MapValueToKey("Label").Append(_ml.Transforms.VfmTokenize("Tokens", "Path", tokenizer)).Append(_ml.Transforms.VfmClassToImage("Sample", "Label", "Tokens", options));
        using var model = chain.Fit(rows);
        Assert.Equal(GeneratorArchitecture.RandomOrder, model.LastTransformer.Generator.Config.Architecture);
        var file = Path.Combine(_pictures.Folder, "model.zip");
        _ml.Model.Save(model, rows.Schema, file);
        var loaded = _ml.Model.Load(file, out _);
        using var release = loaded as IDisposable;
        Assert.Equal(Pixels(model), Pixels(loaded));

        byte[] Pixels(ITransformer transformer) => [.. transformer.Transform(rows).GetColumn<MLImage>("Sample").SelectMany(image =>
        {
            using (image) return image.Pixels.ToArray();
        })];
    }

    [Fact]
    public void Drawing_options_survive_a_zip_and_older_ones_have_constant_guidance_and_float32()
    {
        var sampling = new SamplingOptions { GuidanceScale = 16, GuidanceInterval = 7, Temperature = 0.5, TopK = 3, TopP = 0.25, Greedy = true, GuidancePower = 2.75, Precision = Precision.BFloat16, Int8Weights = true };
        using var bytes = new MemoryStream();
        DrawingSettings.Write(new BinaryWriter(bytes), new VfmGenerateOptions { Seed = 42, UnknownLabels = VfmUnknownLabels.Unconditional, Sampling = sampling });
        VfmGenerateOptions Read(uint version)
        {
            bytes.Position = 0;
            return DrawingSettings.Read(new BinaryReader(bytes), version);
        }
        var now = Read(0x00010003);
        Assert.Equal((42, VfmUnknownLabels.Unconditional), (now.Seed, now.UnknownLabels));
        Assert.Equivalent(sampling, now.Sampling, strict: true);
        Assert.Equivalent(sampling, DrawingSettings.Copy(now).Sampling, strict: true);
        Assert.Equal((0.0, 16.0, true), (Read(0x00010001).Sampling.GuidancePower, Read(0x00010001).Sampling.GuidanceScale, Read(0x00010001).Sampling.Greedy));
        Assert.Equal((2.75, Precision.Float32, false), (Read(0x00010002).Sampling.GuidancePower, Read(0x00010002).Sampling.Precision, Read(0x00010002).Sampling.Int8Weights));
    }
}
