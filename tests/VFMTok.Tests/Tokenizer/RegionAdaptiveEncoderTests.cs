using TorchSharp;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using static TorchSharp.torch;

namespace VFMTok.Tests.Tokenizer;

public class RegionAdaptiveEncoderTests
{
    private static readonly TokenizerConfig Config = TokenizerConfig.Tiny with { EncoderDepth = 3 };

    private static Tensor[] Features(TokenizerConfig config, int batch, int seed) => SeededDraws.Run(seed, () =>
        config.Levels.Select(_ => SeededDraws.Normal(1, batch, config.FoundationGrid * config.FoundationGrid, config.Foundation.Width)).ToArray());

    [Fact]
    public void The_trace_is_what_the_layers_sample()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = LivelyTokenizer.Network(Config);
        var (encoder, features, seen) = (network.Encoder!, Features(Config, 2, 1), new List<(Tensor Input, Tensor Output)>());
        var unhook = encoder.Layers.Select(layer => layer.CrossAttention.register_forward_hook((_, _, _, input, y) =>
        {
            seen.Add((input, y));
            return y;
        })).ToArray();
        encoder.call(features);
        foreach (var hook in unhook) hook.remove();

        var trace = encoder.Trace(features);
        Assert.Equal([2, 3, 64, 8, 2, 4, 3], trace.shape);
        for (var i = 0; i < encoder.Layers.Count; i++)
        {
            var (attention, looks) = (encoder.Layers[i].CrossAttention, trace.select(1, i));
            var sampled = DeformableAttention.Sample(attention.Values(seen[i].Input), [(8, 8), (8, 8)], looks.narrow(-1, 0, 2), looks.select(-1, 2));
            var output = nn.functional.linear(sampled, attention.get_parameter("_output.weight")!, attention.get_parameter("_output.bias")!);
            Assert.True((output - seen[i].Output).abs().max().item<float>() < 1e-5f, $"layer {i}");
        }
    }

    [Fact]
    public void The_first_layer_looks_at_all_images_alike_and_the_others_follow_what_was_read()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = LivelyTokenizer.Network(Config);
        var (one, other) = (network.Encoder!.Trace(Features(Config, 1, 1)), network.Encoder!.Trace(Features(Config, 1, 2)));
        float Difference(int layer) => (one.select(1, layer) - other.select(1, layer)).abs().max().item<float>();
        Assert.Equal(0, Difference(0));
        Assert.True(Difference(1) > 1e-3 && Difference(2) > 1e-3);
    }

    [Fact]
    public void An_image_is_traced_alike_alone_and_among_others()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = LivelyTokenizer.Network(Config);
        var features = Features(Config, 3, 1);
        var (all, alone) = (network.Encoder!.Trace(features), network.Encoder!.Trace([.. features.Select(f => f.narrow(0, 1, 1))]));
        Assert.True((all.narrow(0, 1, 1) - alone).abs().max().item<float>() < 1e-4f);
    }
}
