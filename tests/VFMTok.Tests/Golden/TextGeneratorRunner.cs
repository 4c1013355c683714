using System.Globalization;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Generation;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>Golden kind gpt_t2i: the generator behind captions.</summary>
internal static class TextGeneratorRunner
{
    public static void Run(GoldenCase golden)
    {
        using var network = new TextConditionedTransformer(GeneratorRunners.Config(golden.Config), golden.Config.GetProperty("caption_dim").GetInt32(), golden.Config.GetProperty("caption_len").GetInt32());
        golden.FillWeights(StateDict.Of(network, TextConditionedTransformer.Names));
        var (captions, visible) = (golden.Input("caption"), golden.Input("emb_masks").to(ScalarType.Bool));
        golden.Compare("rope_table", network.RotaryTable(CPU));
        golden.Compare("caption_embed", network.EmbedCaptions(captions));
        golden.Compare("caption_embed_force_drop", network.EmbedCaptions(captions, golden.Input("force_drop_ids").eq(1)));
        Train(golden, network, captions);
        network.eval();
        foreach (var name in golden.OutputNames.Where(n => n.EndsWith(".tokens", StringComparison.Ordinal)).Select(n => n[..^".tokens".Length]).ToArray()) Generate(golden, network, captions, visible, name);
        golden.RequireAllCompared();
    }

    private static void Train(GoldenCase golden, TextConditionedTransformer network, Tensor captions)
    {
        network.train();
        var tokens = golden.Input("tokens").to(ScalarType.Int64);
        var mask = golden.Input("attn_mask");
        var length = mask.shape[^1] - 1;
        Assert.True(mask.eq(TextConditionedTransformer.Mask(golden.Input("emb_masks").to(ScalarType.Bool), length + 1)).all().item<bool>(), "the training mask differs");
        var logits = network.Logits(captions, tokens.narrow(1, 0, tokens.shape[1] - 1), mask: mask.narrow(2, 0, length).narrow(3, 0, length));
        var loss = TokenCrossEntropy.Compute(logits, tokens, golden.Input("valid"));
        loss.backward();
        golden.Compare("train.logits", logits);
        golden.Compare("train.loss", loss);
        foreach (var (name, parameter) in network.named_parameters())
        {
            var official = "train.grad." + TextConditionedTransformer.Names.ToOfficial(name);
            if (golden.HasOutput(official)) golden.Compare(official, parameter.grad!);
        }
    }

    // Variants are named gen_cfg<scale>_<masked or nomask>.
    private static void Generate(GoldenCase golden, TextConditionedTransformer network, Tensor captions, Tensor visible, string name)
    {
        var parts = name["gen_cfg".Length..].Split('_');
        var (scale, masked) = (double.Parse(parts[0].Replace('p', '.'), CultureInfo.InvariantCulture), parts[1] == "masked");
        var logits = new List<Tensor>();
        var source = network.Of(captions, masked ? visible : null);
        var classes = arange(captions.shape[0], dtype: ScalarType.Int64);
        var tokens = CodeSampler.Sample(source, classes, zeros(captions.shape[0], network.Config.TokenCount), new SamplingOptions { Greedy = true, GuidanceScale = scale },
            observe: l => logits.Add(l.clone().DetachFromDisposeScope()));
        golden.Compare(name + ".tokens", tokens);
        golden.Compare(name + ".logits", stack(logits, 1));
        foreach (var l in logits) l.Dispose();
        if (!golden.HasOutput(name + ".causal_mask")) return;
        var rows = scale > 1 ? cat([visible, visible]) : visible;
        var length = (network.CaptionLength + network.Config.TokenCount + 7) / 8 * 8; // the reference's cache is a multiple of 8 long
        golden.Compare(name + ".causal_mask", TextConditionedTransformer.Mask(rows, length).squeeze(1));
    }
}
