using VFMTok.Checkpoints;
using VFMTok.Evaluation;
using VFMTok.Foundation;
using VFMTok.Imaging;
using VFMTok.Runtime;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Evaluation;

public class FeatureExtractorTests
{
    [Fact]
    public void Metrics_bear_the_name_of_the_network_and_never_FID_by_accident()
    {
        using var tiny = FeatureExtractor.Tiny();
        Assert.Equal(("Tiny", "FD-Tiny", 96, 0, 0), (tiny.Name, tiny.DistanceName, tiny.Width, tiny.SpatialWidth, tiny.Classes));
        using var other = Untrained(VisionTransformerConfig.Tiny, 64);
        using var extractor = FeatureExtractor.Foundation(other);
        Assert.Equal($"FD-ViT-96x4-{other.Hash[..8]}", extractor.DistanceName);
        using var official = Untrained(VisionTransformerConfig.SmallRegisters, 28);
        using var named = FeatureExtractor.Foundation(official);
        Assert.Equal("FD-DINOv2-S-reg", named.DistanceName);
    }

    [Fact]
    public void Features_are_the_class_token_of_the_resized_image()
    {
        using var model = VfmFoundationModel.Tiny();
        using var extractor = FeatureExtractor.Foundation(model);
        RgbImage[] images = [.. Enumerable.Range(0, 3).Select(i => Noise(96, i))];
        var expected = new float[model.FeatureCount];
        model.Featurize(PillowResampling.Resize(images[1], 64, 64, ResamplingFilter.Bicubic).Pixels, 1, expected);
        Assert.Equal(expected[..96], extractor.Extract(images).Pooled[96..192]);
    }

    [Fact]
    public void The_model_lives_as_long_as_its_extractor()
    {
        var model = VfmFoundationModel.Tiny();
        using (var extractor = FeatureExtractor.Foundation(model))
        {
            model.Dispose();
            Assert.Equal(96, extractor.Extract([Noise(64, 1)]).Pooled.Length);
            Assert.False(model.IsDisposed);
            extractor.Dispose();
        }
        Assert.True(model.IsDisposed);
    }

    [Fact]
    public void A_file_is_recognised_by_what_is_in_it()
    {
        using var files = new OfficialFiles();
        using (var tiny = FeatureExtractor.Load("Tiny")) Assert.Equal("FD-Tiny", tiny.DistanceName);
        using (var model = VfmFoundationModel.Tiny()) model.Save(files["own.safetensors"]);
        using (var own = FeatureExtractor.Load(files["own.safetensors"])) Assert.Equal("FD-Tiny", own.DistanceName);
        Assert.Equal($"'{Path.GetFileName(files.Generator)}' is a class-conditional generator, which makes no features to compare images by; give Inception-v3, a foundation model, or 'tiny'.",
            Assert.Throws<InvalidCheckpointException>(() => FeatureExtractor.Load(files.Generator)).Message);
        Assert.Throws<InvalidCheckpointException>(() => FeatureExtractor.Load(files.Foundation)); // official weights are to be imported
        Assert.Throws<FileNotFoundException>(() => FeatureExtractor.Load("no such file"));

        using var inception = FeatureExtractor.Load(files.Inception());
        Assert.Equal(("FID", 2048, 2023, 1008), (inception.DistanceName, inception.Width, inception.SpatialWidth, inception.Classes));
        var set = new ImageSetStatistics(inception);
        set.Add([.. Enumerable.Range(0, 5).Select(i => Noise(48, i))]);
        var reference = ReferenceStatistics.Of(set, "noise");
        reference.Save(files["inception.npz"]);
        var metrics = GenerationMetrics.Compare(set, ReferenceStatistics.Load(files["inception.npz"], inception));
        Assert.Equal(["FID", "sFID", "IS", "precision", "recall"], metrics.Figures.Keys);
        Assert.InRange(metrics.Figures["FID"], 0, 1e-3);
        Assert.InRange(metrics.Figures["sFID"], 0, 1e-3);
        Assert.InRange(metrics.Figures["IS"], 1, 5);
        Assert.DoesNotContain(metrics.Cautions, c => c.Contains("is no FID"));
    }

    [Fact]
    public void Bad_input_is_one_sentence()
    {
        using var extractor = FeatureExtractor.Tiny();
        Assert.StartsWith("There are no images to look at; give at least one.", Assert.Throws<ArgumentException>(() => extractor.Extract([])).Message);
        Assert.StartsWith("Images of 64 x 64 and of 32 x 32 pixels are mixed; crop all to one size.", Assert.Throws<ArgumentException>(() => extractor.Extract([Noise(64, 1), Noise(32, 1)])).Message);
        Assert.Throws<FileNotFoundException>(() => FeatureExtractor.Inception("no such file.pth"));
    }

    private static VfmFoundationModel Untrained(VisionTransformerConfig config, int imageSize) =>
        new(SeededDraws.Run(1, () => new VisionTransformer(config)), imageSize, ComputeDevice.Cpu);

    private static RgbImage Noise(int size, int seed)
    {
        var pixels = new byte[size * size * 3];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(size, size, pixels);
    }
}
