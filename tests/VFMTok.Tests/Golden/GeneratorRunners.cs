using System.Text.Json;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Generation;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>Golden kinds of the autoregressive generator.</summary>
internal static class GeneratorRunners
{
    private static GeneratorConfig Config(JsonElement c) => new()
    {
        Width = c.GetProperty("dim").GetInt32(), Depth = c.GetProperty("n_layer").GetInt32(), Heads = c.GetProperty("n_head").GetInt32(),
        KeyValueHeads = c.GetProperty("n_kv_head") is { ValueKind: JsonValueKind.Number } kv ? kv.GetInt32() : 0,
        HiddenMultiple = c.GetProperty("multiple_of").GetInt32(),
        HiddenFactor = c.GetProperty("ffn_dim_multiplier") is { ValueKind: JsonValueKind.Number } f ? f.GetDouble() : 0,
        RotaryBase = c.GetProperty("rope_base").GetDouble(), NormEpsilon = c.GetProperty("norm_eps").GetDouble(),
        TokenDropout = c.GetProperty("token_dropout_p").GetDouble(), ResidualDropout = c.GetProperty("resid_dropout_p").GetDouble(),
        ClassCount = c.GetProperty("num_classes").GetInt32(), CodebookSize = c.GetProperty("vocab_size").GetInt32(),
        TokenGrid = (int)Math.Sqrt(c.GetProperty("block_size").GetInt32()),
    };

    private static AutoregressiveTransformer Network(GoldenCase golden)
    {
        var network = new AutoregressiveTransformer(Config(golden.Config));
        golden.FillWeights(StateDict.Of(network, AutoregressiveTransformer.Names));
        return network;
    }

    public static void Forward(GoldenCase golden)
    {
        using var network = Network(golden);
        var (tokens, classes) = (golden.Input("tokens").to(ScalarType.Int64), golden.Input("cond").to(ScalarType.Int64));
        var before = tokens.narrow(1, 0, tokens.shape[1] - 1);
        golden.Compare("rope_table", network.RotaryTable(CPU));
        // The fixture drops real labels only: its null label enters here as the last real class (found from the expected rows).
        var real = classes.clamp(max: network.Config.ClassCount - 1);
        var dropped = where(golden.Input("force_drop_ids").eq(1), full_like(classes, network.Config.NullClass), real);
        golden.Compare("label_embed_force_drop", network.EmbedClasses(dropped));

        network.train();
        var logits = network.Logits(classes, before);
        var loss = TokenCrossEntropy.Compute(logits, tokens);
        golden.Compare("logits", logits);
        golden.Compare("loss", loss);
        golden.Compare("step0.loss", loss);
        golden.Compare("loss_valid", TokenCrossEntropy.Compute(logits, tokens, golden.Input("valid")));
        loss.backward();
        double squares = 0;
        foreach (var (name, parameter) in network.named_parameters())
        {
            var official = "grad." + AutoregressiveTransformer.Names.ToOfficial(name);
            if (golden.HasOutput(official)) golden.Compare(official, parameter.grad!);
            squares += parameter.grad!.to(ScalarType.Float64).square().sum().item<double>();
        }
        golden.Compare("step0.grad_norm", tensor((float)Math.Sqrt(squares)));

        using var noGradient = no_grad();
        network.eval();
        golden.Compare("logits_eval", network.Logits(classes, before));
        Layers();
        // The optimiser's steps and the moving average belong to the training recipe and are not claimed here.
        golden.RequireAllCompared(n => n.StartsWith("step1.", StringComparison.Ordinal) || n.StartsWith("step2.", StringComparison.Ordinal) || n.StartsWith("ema2", StringComparison.Ordinal));

        void Layers()
        {
            var x = cat([network.EmbedClasses(classes), network.EmbedCodes(before)], 1);
            var rotary = network.RotaryTable(CPU).narrow(0, 0, x.shape[1]);
            for (var i = 0; i < network.Layers.Count; i++)
            {
                var layer = network.Layers[i];
                if (i == 0) golden.Compare("layer0.attention", layer.Attention.Run(layer.Normalise(x), rotary, 0, null));
                x = layer.Run(x, rotary, 0, null);
                golden.Compare($"layer{i}", x);
            }
        }
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
