using System.Text.Json;
using VFMTok.Checkpoints;
using VFMTok.Tests.Shared;
using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>Runs every golden case below the folder in VFMTOK_GOLDEN, or tests/Golden if that is not set. Cases are found by their kind; folder names mean nothing.</summary>
[Trait("Category", "Golden")]
public class GoldenTests
{
    // A kind that is missing here is reported as skipped, by name, never as passed.
    private static readonly Dictionary<string, Action<GoldenCase>> Runners = new()
    {
        ["dinov2"] = FoundationRunners.Dinov2,
        ["preprocess_dino"] = FoundationRunners.Preprocess,
        ["preprocess"] = ImagingRunners.Preprocess,
        ["ms_deform_attn"] = TokenizerRunners.DeformableAttention,
        ["quantizer"] = TokenizerRunners.Quantizer,
        ["tokenizer_eval"] = TokenizerRunners.TokenizerEvaluation,
        ["gpt_forward"] = GeneratorForwardRunner.Run,
        ["gpt_t2i"] = TextGeneratorRunner.Run,
        ["gpt_generate"] = GeneratorRunners.Generate,
        ["rar_forward"] = RandomOrderRunners.Forward,
        ["rar_generate"] = RandomOrderRunners.Generate,
        ["quantizer_topk"] = TokenizerRunners.Ranks,
        ["logits_filter"] = GeneratorRunners.Filter,
        ["lr_schedule"] = TrainingRunners.Schedule,
        ["lpips"] = TrainingRunners.Perceptual,
        ["disc_patchgan"] = DiscriminatorRunners.Patch,
        ["disc_stylegan"] = DiscriminatorRunners.StyleGan,
        ["disc_dino"] = DiscriminatorRunners.Dino,
        ["recon_metrics"] = EvaluationRunners.Reconstruction,
        ["metrics"] = MetricsRunner.Run,
        ["tokenizer_train"] = TokenizerTrainingRunner.Run,
    };

    // Kinds with tests of their own: files to open instead of numbers to compare, and the paper's own sizes.
    private static readonly string[] Elsewhere = [CheckpointGoldenTests.Kind, FullScaleRunners.TokenizerKind, FullScaleRunners.GeneratorKind];

    internal static string Root => Environment.GetEnvironmentVariable("VFMTOK_GOLDEN") is { Length: > 0 } folder ? folder : Path.Combine(Repository.Root, "tests", "Golden");

    public static TheoryData<string, string> Cases() => CasesOf(kind => !Elsewhere.Contains(kind));

    /// <summary>The cases of some kinds; a row of empty texts if the folder has none, since xunit fails a theory without rows.</summary>
    internal static TheoryData<string, string> CasesOf(Func<string, bool> isWanted)
    {
        var data = new TheoryData<string, string>();
        foreach (var (kind, folder) in Folders().Where(f => isWanted(f.Kind))) data.Add(kind, folder);
        if (data.Count == 0) data.Add("", "");
        return data;
    }

    /// <summary>Kind and folder, relative to <see cref="Root"/>, of every case.</summary>
    internal static IEnumerable<(string Kind, string Folder)> Folders()
    {
        foreach (var file in Directory.EnumerateFiles(Root, "case.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            yield return (json.RootElement.GetProperty("kind").GetString()!, Path.GetRelativePath(Root, Path.GetDirectoryName(file)!));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Case(string kind, string folder)
    {
        Skip.If(kind.Length == 0, "there are no golden cases of other kinds");
        Skip.IfNot(Runners.TryGetValue(kind, out var run), $"golden kind '{kind}' has no runner yet");
        using var scope = NewDisposeScope();
        using var golden = new GoldenCase(Path.Combine(Root, folder));
        run!(golden);
    }

    [Theory]
    [InlineData("pos_embed", new long[] { 1, 5, 64 }, 101, 1.0, 2784919884, 0.485648274f, 0.51121223f)]
    [InlineData("blocks.0.norm1.weight", new long[] { 64 }, 101, 1.0, 3591346259, 1.00132143f, 1.04691041f)]
    [InlineData("blocks.0.attn.qkv.weight", new long[] { 192, 64 }, 101, 1.0, 954861311, -0.136333928f, -0.214776948f)]
    [InlineData("encode_transformer.transformer.layers.0.cross_attn.sampling_offsets.bias", new long[] { 256 }, 501, 1.0, 4248371360, -2.00382423f, -2.75702667f)]
    [InlineData("blocks.0.ls1.gamma", new long[] { 64 }, 0, 1.0, 1159060326, 0.274004847f, 0.539030731f)]
    [InlineData("perceptual_loss.net.slice1.0.weight", new long[] { 64, 3, 3, 3 }, 7, 1.4142135623730951, 3576863683, -5.10257851e-05f, 0.305603385f)]
    [InlineData("target_aware_pos_embed", new long[] { 1, 1040, 64 }, 2001, 1.0, 3035596790, -0.27638948f, 0.170105696f)]
    [InlineData("timesteps_embeddings", new long[] { 1, 116, 64 }, 2001, 1.0, 2637499078, -0.907000184f, -0.186659217f)]
    [InlineData("embeddings.weight", new long[] { 140, 64 }, 2001, 1.0, 951256763, -0.903837442f, 0.298469782f)]
    public void The_weight_generator_makes_its_check_values(string name, long[] shape, long seed, double gain, long crc, float first, float second)
    {
        var values = HashWeights.Values(name, shape, seed, gain)!;
        Assert.Equal(crc, HashWeights.Crc(values));
        Assert.Equal((first, second), (values[0], values[1]));
    }

    // Rule R7 divides by a norm whose summation order may move the last bit, so its CRC is not compared.
    [Fact]
    public void The_weight_generator_makes_unit_spectral_vectors()
    {
        var values = HashWeights.Values("heads.0.0.0.weight_u", [384], 1)!;
        float[] expected = [-0.0121638989f, 0.0583642162f, -0.0451098941f, -0.0648210421f];
        for (var i = 0; i < 4; i++) Assert.Equal(expected[i], values[i], 1e-6);
    }

    [Fact]
    public void Tensors_that_are_architecture_constants_are_left_alone() => Assert.Null(HashWeights.Values("slot_quantize.codebook_used", [65536], 1));
}
