using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Foundation;
using VFMTok.Generation;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using VFMTok.Training.Discriminators;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Tests.Checkpoints;

/// <summary>Names and shapes of every network in its official sizes are those of the official checkpoints, exactly (tests/Golden/state-dict-keys.md). The networks are made without memory.</summary>
public class StateDictKeysTests
{
    private const string Backbone = "encode_transformer.backbone.pretrained_encoder.", Usage = "slot_quantize.codebook_used";

    [Fact]
    public void Tokenizer()
    {
        var (own, backbone) = (KeyTable.Section(1), KeyTable.Section(2));
        Assert.Equal((430, 344), (own.Shapes.Count, backbone.Shapes.Count));
        Assert.Equal((own.StatedTensors, backbone.StatedTensors), (own.Shapes.Count, backbone.Shapes.Count));
        var ours = Ours(() => new VfmTokenizer(TokenizerConfig.Paper), _ => VfmTokenizer.Names);
        AssertSame(own with { Shapes = own.Shapes.Concat(backbone.Shapes).ToDictionary() }, ours);

        long Stated(string part) => KeyTable.Number(KeyTable.Cells(1, part)[1]);
        bool IsParameter(string name) => name != Usage;
        Assert.Equal(Stated("whole tokenizer incl. backbone"), own.Count(IsParameter) + backbone.Count(IsParameter));
        Assert.Equal(Stated("frozen backbone (DINOv2-L/14 reg)"), backbone.Count(IsParameter));
        Assert.Equal(Stated("trainable part"), own.Count(IsParameter));
        foreach (var part in new[] { "decoder", "decode_transformer", "encode_transformer.transformer", "encode_transformer.projectors", "encode_transformer.norm_layers", "encode_transformer.norm_pre1" })
            Assert.Equal(Stated($"`{part}`"), own.Count(n => n.StartsWith(part + ".", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("ViT-S/14", "dinov2_vits14")]
    [InlineData("ViT-B/14", "dinov2_vitb14")]
    [InlineData("ViT-L/14", "dinov2_vitl14")]
    [InlineData("ViT-g/14", "dinov2_vitg14")]
    public void Foundation(string architecture, string preset)
    {
        var cells = KeyTable.Cells(3, architecture);
        var (width, depth, hidden) = (KeyTable.Number(cells[1]), int.Parse(cells[2]), KeyTable.Number(cells[4].Split(' ')[^1]));
        var gated = cells[4].StartsWith("SwiGLU", StringComparison.Ordinal);
        var large = KeyTable.Section(2);
        large = large with { Shapes = large.Shapes.ToDictionary(s => s.Key[Backbone.Length..], s => s.Value) };
        var sized = large.Resized((24, depth), (1024, width), (3072, 3 * width), (4096, hidden));
        if (gated) sized = sized with { Shapes = sized.Shapes.ToDictionary(s => s.Key.Replace("fc1", "w12").Replace("fc2", "w3"), s => s.Key.Contains("fc1") ? [2 * hidden, .. s.Value[1..]] : s.Value) };
        foreach (var registers in new[] { false, true })
        {
            var config = VisionTransformerConfig.Presets[registers ? preset + "_reg4" : preset];
            var expected = sized with { Shapes = sized.Shapes.Where(s => registers || s.Key != "register_tokens").ToDictionary() };
            var column = registers ? 1 : 0;
            Assert.Equal(KeyTable.Number(cells[3]), config.Heads);
            Assert.Equal(KeyTable.Number(cells[7].Split(" / ")[column]), expected.Shapes.Count);
            Assert.Equal(KeyTable.Number(cells[8].Split(" / ")[column]), expected.Count(_ => true));
            AssertSame(expected, Ours(() => new VisionTransformer(config), _ => VisionTransformer.Names));
        }
    }

    // Sizes of spec 9.1.
    [Theory]
    [InlineData("B", 12, 12, 768, 2048, 110_888_448)]
    [InlineData("L", 24, 16, 1024, 2816, 342_910_976)]
    [InlineData("XL", 36, 20, 1280, 3584, 774_699_520)]
    [InlineData("XXL", 48, 24, 1536, 4096, 1_410_972_672)]
    [InlineData("XXXL", 48, 40, 2560, 6912, 3_893_027_840)]
    [InlineData("1B", 22, 32, 2048, 5632, 1_199_616_000)]
    [InlineData("2B", 48, 32, 1920, 5120, 2_188_389_120)]
    [InlineData("3B", 24, 32, 3200, 8704, 3_096_659_200)]
    [InlineData("7B", 32, 32, 4096, 11008, 6_614_589_440)]
    public void Generator(string preset, int depth, int heads, long width, long hidden, long parameters)
    {
        var config = GeneratorConfig.Presets[preset];
        var section = KeyTable.Section(4);
        Assert.Equal((88, 88L, 110_888_448L), (section.Shapes.Count, section.StatedTensors, section.StatedParameters));
        var expected = section.Resized((12, depth), (768, width), (2304, 3 * width), (2048, hidden));
        Assert.Equal((parameters, heads), (expected.Count(_ => true), config.Heads));
        Assert.Equal(parameters, config.ParameterCount);
        AssertSame(expected, Ours(() => GeneratorNetwork.Of(config), n => n.OfficialNames));

        var text = expected.Shapes.Where(s => !s.Key.StartsWith("cls_embedding.", StringComparison.Ordinal)).ToDictionary();
        text.Add("cls_embedding.uncond_embedding", [120, 2048]);
        text.Add("cls_embedding.cap_proj.fc1.weight", [width, 2048]);
        text.Add("cls_embedding.cap_proj.fc2.weight", [width, width]);
        AssertSame(expected with { Shapes = text }, Ours(() => new TextConditionedTransformer(config), _ => TextConditionedTransformer.Names));
    }

    [Theory]
    [InlineData("RAR-L", 24, 16, 1024, 4096, 493_140_992)]
    [InlineData("RAR-XL", 32, 16, 1280, 4096, 910_800_000)]
    [InlineData("RAR-XXL", 40, 16, 1408, 6144, 1_541_800_000)]
    public void RandomOrderGenerator(string preset, int depth, int heads, long width, long hidden, long parameters)
    {
        var section = KeyTable.Section(10);
        Assert.Equal(section.StatedParameters, section.Count(_ => true));
        var expected = section.Resized((24, depth), (1024, width), (3072, 3 * width), (4096, hidden), (6144, 6 * width), (2048, 2 * width), (64, width / heads));
        Assert.Equal(parameters, expected.Count(_ => true), tolerance: parameters % 100_000 == 0 ? 50_000.0 : 0); // of the larger ones the section rounds the totals
        AssertSame(expected, Ours(() => GeneratorNetwork.Of(GeneratorConfig.Presets[preset]), n => n.OfficialNames));
    }

    [Fact]
    public void PerceptualLoss() => AssertSection(5, Ours(() => new LearnedPerceptualLoss(), _ => LearnedPerceptualLoss.Names), n => !n.StartsWith("scaling_layer.", StringComparison.Ordinal));

    [Fact]
    public void PatchGan() => AssertSection(6, Ours(() => new PatchDiscriminator(), n => n.Names), n => !n.Contains(".running_") && !n.EndsWith(".num_batches_tracked", StringComparison.Ordinal));

    [Fact]
    public void DinoDiscriminator() =>
        AssertSection(7, Ours(() => new DinoDiscriminator(new DinoTrunk(DinoTrunk.Small)), n => n.Names), n => !n.EndsWith("weight_u", StringComparison.Ordinal) && !n.EndsWith("weight_v", StringComparison.Ordinal));

    [Fact]
    public void StyleGan() => AssertSection(9, Ours(() => new StyleGanDiscriminator(256), n => n.Names), n => !n.EndsWith(".f", StringComparison.Ordinal));

    // The file has neither x_scale nor x_shift: they are the normalisation of its input, which DinoInput computes. The readouts are raw tokens, so that the final norm is read and not kept.
    [Fact]
    public void Dino()
    {
        var section = KeyTable.Section(8);
        bool IsInFile(string name) => name is not ("x_scale" or "x_shift");
        Assert.Equal((section.StatedTensors, section.StatedParameters), (section.Shapes.Keys.Count(IsInFile), section.Count(IsInFile)));
        AssertSame(section with { Shapes = section.Shapes.Where(s => IsInFile(s.Key) && s.Key is not ("norm.weight" or "norm.bias")).ToDictionary() },
            Ours(() => new DinoTransformer(DinoTrunk.Small), _ => DinoTransformer.Names));
    }

    private static void AssertSection(int number, IReadOnlyDictionary<string, long[]> ours, Func<string, bool> isParameter)
    {
        var section = KeyTable.Section(number);
        Assert.Equal((section.StatedTensors, section.StatedParameters), (section.Shapes.Count, section.Count(isParameter)));
        AssertSame(section, ours);
    }

    private static Dictionary<string, long[]> Ours<T>(Func<T> make, Func<T, NameMap> names) where T : nn.Module
    {
        using var network = MetaDevice.Run(make);
        return StateDict.Of(network, names(network)).ToDictionary(t => t.Name, t => t.Tensor.shape);
    }

    private static void AssertSame(KeyTable expected, IReadOnlyDictionary<string, long[]> ours) => Assert.Equal(Lines(expected.Shapes), Lines(ours));

    private static IEnumerable<string> Lines(IReadOnlyDictionary<string, long[]> shapes) => shapes.Select(s => $"{s.Key} ({string.Join(", ", s.Value)})").Order(StringComparer.Ordinal);
}
