using TorchSharp;
using VFMTok.Generation;
using VFMTok.Training;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>Golden kind gpt_forward: one pass, its gradients, and two steps of the training recipe.</summary>
internal static class GeneratorForwardRunner
{
    public static void Run(GoldenCase golden)
    {
        Forward(golden);
        Steps(golden, golden.Config.GetProperty("ema_decay").GetDouble(), "");
        Steps(golden, 0.5, "_decay0p5");
        golden.RequireAllCompared();
    }

    private static Tensor Integers(GoldenCase golden, string name) => golden.Input(name).to(ScalarType.Int64);

    private static Tensor AllButLast(Tensor tokens) => tokens.narrow(1, 0, tokens.shape[1] - 1);

    private static void Forward(GoldenCase golden)
    {
        using var network = GeneratorRunners.Network(golden);
        var (tokens, classes) = (Integers(golden, "tokens"), Integers(golden, "cond"));
        golden.Compare("rope_table", network.RotaryTable(CPU));
        // The fixture drops real labels only: its null label enters here as the last real class (found from the expected rows).
        var real = classes.clamp(max: network.Config.ClassCount - 1);
        var dropped = where(golden.Input("force_drop_ids").eq(1), full_like(classes, network.Config.NullClass), real);
        golden.Compare("label_embed_force_drop", network.EmbedClasses(dropped));

        network.train();
        var logits = network.Logits(classes, AllButLast(tokens));
        var loss = TokenCrossEntropy.Compute(logits, tokens);
        golden.Compare("logits", logits);
        golden.Compare("loss", loss);
        golden.Compare("loss_valid", TokenCrossEntropy.Compute(logits, tokens, golden.Input("valid")));
        loss.backward();
        foreach (var (name, parameter) in network.named_parameters())
        {
            var official = "grad." + network.OfficialNames.ToOfficial(name);
            if (golden.HasOutput(official)) golden.Compare(official, parameter.grad!);
        }

        using var noGradient = no_grad();
        network.eval();
        golden.Compare("logits_eval", network.Logits(classes, AllButLast(tokens)));
        var x = cat([network.EmbedClasses(classes), network.EmbedCodes(AllButLast(tokens))], 1);
        var rotary = network.RotaryTable(CPU).narrow(0, 0, x.shape[1]);
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var layer = network.Layers[i];
            if (i == 0) golden.Compare("layer0.attention", layer.Attention.Run(layer.Normalise(x), rotary, 0, null));
            x = layer.Run(x, rotary, 0, null);
            golden.Compare($"layer{i}", x);
        }
    }

    private static void Steps(GoldenCase golden, double averageDecay, string suffix)
    {
        var (steps, recipe) = (golden.Config.GetProperty("steps").GetInt32(), golden.Config.GetProperty("optimizer"));
        double Number(string name) => recipe.GetProperty(name).GetDouble();
        using var network = GeneratorRunners.Network(golden);
        network.train();
        var parameters = network.named_parameters().Select(p => (Name: network.OfficialNames.ToOfficial(p.name), p.parameter)).ToArray();
        string[] Listed(string name) => [.. golden.Config.GetProperty(name).EnumerateArray().Select(n => n.GetString()!).Order(StringComparer.Ordinal)];
        string[] Grouped(bool decays) => [.. parameters.Where(p => network.Decays(p.Name, p.parameter) == decays).Select(p => p.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(Listed("decay_params"), Grouped(true));
        Assert.Equal(Listed("nodecay_params"), Grouped(false));
        Assert.Equal([0.9, network.Beta2], recipe.GetProperty("betas").EnumerateArray().Select(b => b.GetDouble()));

        using var optimizer = new AdamW(parameters, Number("weight_decay"), averageDecay, network.Decays, network.Beta2);
        for (var step = 0; step < steps; step++)
        {
            var tokens = Integers(golden, step == 0 ? "tokens" : $"tokens{step + 1}");
            optimizer.ZeroGradients();
            var loss = TokenCrossEntropy.Compute(network.Logits(Integers(golden, "cond"), AllButLast(tokens)), tokens);
            loss.backward();
            golden.Compare($"step{step}.loss", loss);
            golden.Compare($"step{step}.grad_norm", tensor((float)optimizer.Step(Number("lr"), Number("max_grad_norm"))));
        }
        var averages = optimizer.State.ToDictionary(s => s.Name, s => s.Tensor);
        foreach (var (name, parameter) in parameters)
        {
            if (golden.HasOutput($"step{steps}.{name}")) golden.Compare($"step{steps}.{name}", parameter);
            if (golden.HasOutput($"ema{steps}{suffix}.{name}")) golden.Compare($"ema{steps}{suffix}.{name}", averages["average." + name]);
        }
    }
}
