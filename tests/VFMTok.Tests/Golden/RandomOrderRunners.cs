using System.Text.Json;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Generation;
using VFMTok.Training;
using VFMTok.Training.Losses;
using static TorchSharp.torch;
using AdamW = VFMTok.Training.AdamW;

namespace VFMTok.Tests.Golden;

/// <summary>Golden kinds of the random-order generator.</summary>
internal static class RandomOrderRunners
{
    private static GeneratorConfig Config(JsonElement c)
    {
        Assert.Equal((0.0, 0.0), (c.GetProperty("dropout").GetDouble(), c.GetProperty("attn_drop").GetDouble()));
        return GeneratorConfig.RarL with
        {
            Width = c.GetProperty("hidden_size").GetInt32(), Depth = c.GetProperty("num_hidden_layers").GetInt32(), Heads = c.GetProperty("num_attention_heads").GetInt32(),
            FeedForwardWidth = c.GetProperty("intermediate_size").GetInt32(), TokenGrid = (int)Math.Sqrt(c.GetProperty("image_seq_len").GetInt32()),
            CodebookSize = c.GetProperty("codebook_size").GetInt32(), ClassCount = c.GetProperty("condition_num_classes").GetInt32(), ResidualDropout = 0, AttentionDropout = 0,
        };
    }

    private static RandomOrderTransformer Network(GoldenCase golden)
    {
        var network = new RandomOrderTransformer(Config(golden.Config));
        golden.FillWeights(StateDict.Of(network, RandomOrderTransformer.Names));
        return network;
    }

    public static void Forward(GoldenCase golden)
    {
        using var network = Network(golden);
        network.train();
        Tensor Input(string name) => golden.Input(name).to(ScalarType.Int64);
        var (tokens, orders, classes) = (Input("tokens"), Input("orders"), Input("class_id"));
        var dropped = where(Input("drop_mask").eq(1), full_like(classes, network.Config.NullClass), classes);
        var raster = arange(network.Config.TokenCount).expand_as(tokens).contiguous();
        Pass(golden, network, "raster.", tokens, classes, null);
        Explicit(golden, network, tokens, classes, raster);
        Pass(golden, network, "permuted.", tokens, dropped, orders);
        Steps(golden, network, [(tokens, orders), (Input("tokens2"), Input("orders2"))], dropped);

        var options = new GeneratorTrainingOptions { RandomOrderUntil = golden.Config.GetProperty("randomness_anneal_start").GetInt32(), RasterOrderFrom = golden.Config.GetProperty("randomness_anneal_end").GetInt32() };
        golden.Compare("random_ratio", tensor(Input("schedule_steps").data<long>().Select(s => (float)options.RandomOrderAt((int)s)).ToArray()));
        golden.RequireAllCompared();
    }

    // Raster order by name and raster order as an order are the same.
    private static void Explicit(GoldenCase golden, RandomOrderTransformer network, Tensor tokens, Tensor classes, Tensor raster)
    {
        using var noGradient = no_grad();
        var (logits, targets) = network.PredictInOrder(classes, tokens, raster);
        Assert.True((logits - golden.Expected("raster.logits").narrow(1, 0, tokens.shape[1])).abs().max().item<float>() < 3e-5);
        Assert.True(targets.Equals(tokens));
    }

    // Everything that a pass computes on its way, and the gradients of its loss.
    private static void Pass(GoldenCase golden, RandomOrderTransformer network, string prefix, Tensor tokens, Tensor classes, Tensor? orders)
    {
        var (logits, targets) = network.PredictInOrder(classes, tokens, orders);
        var loss = TokenCrossEntropy.Compute(logits, targets);
        golden.Compare(prefix + "condition_ids", network.ClassRows(classes));
        golden.Compare(prefix + "labels", targets);
        golden.Compare(prefix + "loss", loss);
        golden.Compare(prefix + "correct_tokens", logits.argmax(-1).eq(targets).to(ScalarType.Float32).mean());
        foreach (var parameter in network.parameters()) parameter.grad = null;
        loss.backward();
        double squares = 0;
        foreach (var (name, parameter) in network.named_parameters())
        {
            Compare(golden, $"{prefix}grad.{RandomOrderTransformer.Names.ToOfficial(name)}", parameter.grad!);
            squares += parameter.grad!.to(ScalarType.Float64).square().sum().item<double>();
        }
        golden.Compare(prefix + "grad_norm", tensor((float)Math.Sqrt(squares)));

        // The fixture feeds the last code, too, which predicts nothing.
        using var noGradient = no_grad();
        var length = network.Config.TokenCount + 2;
        var x = network.Embed(classes, targets, orders);
        var condition = network.Condition(classes, 0, length);
        golden.Compare(prefix + "pos_embed_used", network.Places(orders, length).expand_as(x));
        golden.Compare(prefix + "target_aware_pos_embed_used", network.NextPlaces(orders, length).expand_as(x));
        golden.Compare(prefix + "x_in", x);
        golden.Compare(prefix + "block0.condition", network.PlainCondition(classes, 0, length));
        for (var i = 0; i < network.Blocks.Count; i++)
        {
            var block = network.Blocks[i];
            if (i == 0)
            {
                var modulation = block.Modulation.call(condition);
                var m = modulation.chunk(6, -1);
                var attention = block.Attention.Run(block.AttentionInput(x, m), 0, null);
                golden.Compare(prefix + "block0.modulation", modulation);
                golden.Compare(prefix + "block0.q", block.Attention.Split(block.AttentionInput(x, m)).Queries);
                golden.Compare(prefix + "block0.attn", attention);
                golden.Compare(prefix + "block0.mlp", block.FeedForward(x + m[2] * attention, m));
            }
            x = block.Run(x, condition, 0, null);
            golden.Compare($"{prefix}block{i}.out", x);
        }
        (x, condition) = (x.narrow(1, 1, length - 1), condition.narrow(1, 1, length - 1));
        golden.Compare(prefix + "final.modulation", network.LastNorm.Modulation.call(condition));
        golden.Compare(prefix + "final.out", network.LastNorm.call(x, condition));
        var all = network.Head(x, condition);
        golden.Compare(prefix + "logits", all);
        Assert.True((all.narrow(1, 0, length - 2) - logits).abs().max().item<float>() < 1e-5, "what is learned from is what the fixture sees");
    }

    private static void Steps(GoldenCase golden, RandomOrderTransformer network, (Tensor Tokens, Tensor Orders)[] batches, Tensor classes)
    {
        foreach (var parameter in network.parameters()) parameter.grad = null;
        var settings = golden.Config.GetProperty("optimizer");
        Assert.Equal(network.Beta2, settings.GetProperty("betas")[1].GetDouble());
        var named = network.named_parameters().Select(p => (Name: RandomOrderTransformer.Names.ToOfficial(p.name), p.parameter)).ToArray();
        foreach (var (list, decays) in new[] { ("decay_params", true), ("nodecay_params", false) })
            Assert.Equal(golden.Config.GetProperty(list).EnumerateArray().Select(n => n.GetString()!).Order(), named.Where(p => network.Decays(p.Name, p.parameter) == decays).Select(p => p.Name).Order());
        using var optimizer = new AdamW(named.Select(p => (p.Name, p.parameter)), settings.GetProperty("weight_decay").GetDouble(), 0, network.Decays, network.Beta2);
        for (var step = 0; step < batches.Length; step++)
        {
            optimizer.ZeroGradients();
            var (logits, targets) = network.PredictInOrder(classes, batches[step].Tokens, batches[step].Orders);
            var loss = TokenCrossEntropy.Compute(logits, targets);
            golden.Compare($"step{step}.loss", loss);
            loss.backward();
            golden.Compare($"step{step}.grad_norm", tensor((float)optimizer.Step(settings.GetProperty("lr").GetDouble(), settings.GetProperty("max_grad_norm").GetDouble())));
        }
        foreach (var (name, parameter) in named) Compare(golden, $"step{batches.Length}.{name}", parameter);
    }

    // Of tables the fixture holds the rows that an image uses, and one more.
    private static void Compare(GoldenCase golden, string name, Tensor actual)
    {
        if (!golden.HasOutput(name)) return;
        var rows = golden.Expected(name).shape;
        golden.Compare(name, rows.Length == 3 ? actual.narrow(1, 0, rows[1]) : actual);
    }

    public static void Generate(GoldenCase golden)
    {
        using var network = Network(golden);
        network.eval();
        var classes = golden.Input("class_id").to(ScalarType.Int64);
        var count = network.Config.TokenCount;
        foreach (var variant in golden.Config.GetProperty("variants").EnumerateArray())
        {
            var name = variant.GetProperty("name").GetString();
            var options = new SamplingOptions
            {
                Greedy = true, GuidanceScale = variant.GetProperty("guidance_scale").GetDouble(), GuidancePower = variant.GetProperty("guidance_scale_pow").GetDouble(),
                Temperature = variant.GetProperty("randomize_temperature").GetDouble(),
            };
            var logits = new List<Tensor>();
            var tokens = CodeSampler.Sample(network, classes, zeros(classes.shape[0], count), options, observe: l => logits.Add((l / options.Temperature).DetachFromDisposeScope()));
            golden.Compare(name + ".tokens", tokens);
            golden.Compare(name + ".logits", stack(logits, 1));
            if (golden.HasOutput(name + ".guidance")) golden.Compare(name + ".guidance", tensor(Enumerable.Range(0, count).Select(n => (float)options.GuidanceAt(n, count)).ToArray()));
            foreach (var l in logits) l.Dispose();
        }
        golden.RequireAllCompared();
    }
}
