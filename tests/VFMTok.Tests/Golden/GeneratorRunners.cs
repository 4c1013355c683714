using System.Text.Json;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Generation;
using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>Golden kinds of the autoregressive generator.</summary>
internal static class GeneratorRunners
{
    internal static GeneratorConfig Config(JsonElement c) => new()
    {
        Width = c.GetProperty("dim").GetInt32(), Depth = c.GetProperty("n_layer").GetInt32(), Heads = c.GetProperty("n_head").GetInt32(),
        KeyValueHeads = c.GetProperty("n_kv_head") is { ValueKind: JsonValueKind.Number } kv ? kv.GetInt32() : 0,
        HiddenMultiple = c.GetProperty("multiple_of").GetInt32(),
        HiddenFactor = c.GetProperty("ffn_dim_multiplier") is { ValueKind: JsonValueKind.Number } f ? f.GetDouble() : 0,
        RotaryBase = c.GetProperty("rope_base").GetDouble(), NormEpsilon = c.GetProperty("norm_eps").GetDouble(),
        TokenDropout = c.GetProperty("token_dropout_p").GetDouble(), ResidualDropout = c.GetProperty("resid_dropout_p").GetDouble(),
        AttentionDropout = c.GetProperty("attn_dropout_p").GetDouble(), FeedForwardDropout = c.GetProperty("ffn_dropout_p").GetDouble(), DropPath = c.GetProperty("drop_path_rate").GetDouble(),
        ClassCount = c.GetProperty("num_classes").GetInt32(), CodebookSize = c.GetProperty("vocab_size").GetInt32(),
        TokenGrid = (int)Math.Sqrt(c.GetProperty("block_size").GetInt32()),
    };

    internal static AutoregressiveTransformer Network(GoldenCase golden)
    {
        var network = new AutoregressiveTransformer(Config(golden.Config));
        golden.FillWeights(StateDict.Of(network, AutoregressiveTransformer.Names));
        return network;
    }

    public static void Generate(GoldenCase golden)
    {
        using var network = Network(golden);
        network.eval();
        var classes = golden.Input("cond").to(ScalarType.Int64);
        foreach (var variant in golden.Config.GetProperty("variants").EnumerateArray())
        {
            var name = variant.GetProperty("name").GetString();
            var options = Options(variant);
            options.Greedy = true;
            options.GuidanceScale = variant.GetProperty("cfg_scale").GetDouble();
            options.GuidanceInterval = variant.GetProperty("cfg_interval").GetInt32();
            var logits = new List<Tensor>();
            var tokens = CodeSampler.Sample(network, classes, zeros(classes.shape[0], network.Config.TokenCount), options, observe: l => logits.Add(l.clone().DetachFromDisposeScope()));
            golden.Compare(name + ".tokens", tokens);
            golden.Compare(name + ".logits", stack(logits, 1));
            foreach (var l in logits) l.Dispose();
        }
        golden.RequireAllCompared();
    }

    public static void Filter(GoldenCase golden)
    {
        var logits = golden.Input("logits").select(1, golden.Input("logits").shape[1] - 1);
        foreach (var variant in golden.Config.GetProperty("variants").EnumerateArray())
        {
            var name = variant.GetProperty("name").GetString();
            var filtered = LogitsFilter.Apply(logits, Options(variant));
            golden.Compare(name + ".filtered", filtered);
            golden.Compare(name + ".probs", filtered.softmax(-1));
            golden.Compare(name + ".greedy", filtered.argmax(-1, keepdim: true));
            golden.Compare(name + ".kept", filtered.isfinite().sum(-1));
        }
        golden.Compare("min_tokens_to_keep4_topp0p1.filtered", LogitsFilter.Restrict(logits, 0, 0.1, minimum: 4));
        golden.Compare("min_tokens_to_keep4_topk2.filtered", LogitsFilter.Restrict(logits, 2, 1, minimum: 4));
        golden.RequireAllCompared();
    }

    private static SamplingOptions Options(JsonElement variant) => new()
    {
        Temperature = variant.GetProperty("temperature").GetDouble(), TopK = variant.GetProperty("top_k").GetInt32(), TopP = variant.GetProperty("top_p").GetDouble(),
    };
}
