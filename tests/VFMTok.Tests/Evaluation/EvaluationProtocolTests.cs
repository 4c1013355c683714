using System.Text.Json;
using VFMTok.Evaluation;
using VFMTok.Generation;
using VFMTok.Runtime;

namespace VFMTok.Tests.Evaluation;

public class EvaluationProtocolTests
{
    private static readonly ExtractorIdentity Tiny = new("Tiny", "abc", "FD-Tiny", 96);

    private static readonly EvaluationProtocol Protocol = new EvaluationProtocol
    {
        Task = EvaluationProtocol.Generation, ImageCount = 500, Crop = "center 64 px", Seed = 7, ClassBalance = "each class equally often", Extractor = Tiny, TokenizerHash = "11", GeneratorHash = "22",
    }.Drawn(new SamplingOptions { GuidanceScale = 1.5, Precision = Precision.BFloat16, Int8Weights = true })
        .Against(new ReferenceStatistics { Name = "photos", Hash = "ff", Extractor = Tiny, Pooled = new FeatureStatistics([1], [1], 12_000) });

    [Fact]
    public void It_is_described_line_by_line() => Assert.Equal(
    [
        "task: generation", "images: 500", "crop: center 64 px", "resize: none", "seed: 7", "guidance scale: 1.5", "guidance power: 0", "guidance interval: -1", "temperature: 1", "top-k: 0", "top-p: 1",
        "greedy: no", "precision: BFloat16, weights of eight bits", "classes: each class equally often", "features: Tiny (abc)", "reference: photos (12000 images, hash ff)", "tokenizer: 11", "generator: 22",
    ], Protocol.Describe());

    [Fact]
    public void What_there_is_not_is_not_described() =>
        Assert.Equal(["task: reconstruction", "images: 3", "crop: none", "resize: none"], new EvaluationProtocol { Task = EvaluationProtocol.Reconstruction, ImageCount = 3 }.Describe());

    [Fact]
    public void What_precision_and_LPIPS_rest_on_is_described() => Assert.Equal(["neighbourhoods: the first 9 images of each set at most", "LPIPS: 12ab"],
        new EvaluationProtocol { Task = EvaluationProtocol.Generation, ImageCount = 3, Neighbourhoods = 9, PerceptualHash = "12ab" }.Describe().Skip(4));

    [Fact]
    public void It_survives_JSON()
    {
        var json = Protocol.ToJson();
        Assert.Equal(Protocol, EvaluationProtocol.FromJson(json));
        var root = JsonDocument.Parse(json).RootElement;
        Assert.Equal((500, 1.5, "FD-Tiny"), (root.GetProperty("imageCount").GetInt32(), root.GetProperty("guidanceScale").GetDouble(), root.GetProperty("extractor").GetProperty("distanceName").GetString()));
        Assert.False(root.TryGetProperty("resize", out _));
        Assert.False(root.TryGetProperty("cautions", out _));
        Assert.Equal(Protocol, JsonSerializer.Deserialize<EvaluationProtocol>(JsonSerializer.Serialize(Protocol))); // as part of a larger object
        Assert.StartsWith("The text is no evaluation protocol (", Assert.Throws<ArgumentException>(() => EvaluationProtocol.FromJson("{}")).Message);
    }

    [Fact]
    public void It_warns_of_few_images_and_of_networks_that_give_no_FID()
    {
        Assert.Equal(["Only 500 images: of fewer than 10000 the FD-Tiny comes out too large; compare with figures of the same number only.", "FD-Tiny is no FID: its features are those of Tiny (abc); compare with figures of the same network only."], Protocol.Cautions);
        Assert.Empty((Protocol with { ImageCount = 50_000, Extractor = new("Inception-v3", "abc", "FID", 2048) }).Cautions);
        Assert.StartsWith("The reference 'photos' has only 12 images, fewer", (Protocol with { ReferenceCount = 12 }).Cautions[1]);
        Assert.Empty((Protocol with { Extractor = null }).Cautions);
    }
}
