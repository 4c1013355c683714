using TorchSharp;
using VFMTok.Generation;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Generation;

public sealed class GeneratorLayerTests : IDisposable
{
    private const int Copies = 2000;

    private readonly DisposeScope _scope = NewDisposeScope();

    private static readonly GeneratorConfig Undropped = GeneratorConfig.Tiny with { Width = 16, Heads = 2, TokenGrid = 2 };

    public static TheoryData<string> Rates => ["AttentionDropout", "ResidualDropout", "FeedForwardDropout", "DropPath"];

    private static GeneratorConfig With(string rate) => rate switch
    {
        "AttentionDropout" => Undropped with { AttentionDropout = 0.3 },
        "ResidualDropout" => Undropped with { ResidualDropout = 0.3 },
        "FeedForwardDropout" => Undropped with { FeedForwardDropout = 0.3 },
        _ => Undropped with { DropPath = 0.5, ResidualDropout = 0.3, FeedForwardDropout = 0.3 },
    };

    [Theory]
    [MemberData(nameof(Rates))]
    public void Each_dropout_changes_training_alone_and_depends_on_the_seed(string rate)
    {
        using var layer = Layer(With(rate), out var x, out var rotary);
        using var undropped = Layer(Undropped, out _, out _);
        Tensor Train(long seed) => SeededDraws.Run(seed, () => layer.Run(x.repeat(8, 1, 1), rotary, 0, null));
        layer.train();
        Assert.True(Train(1).eq(Train(1)).all().item<bool>());
        Assert.False(Train(1).eq(Train(2)).all().item<bool>());
        layer.eval();
        undropped.train();
        Assert.True(layer.Run(x, rotary, 0, null).eq(undropped.Run(x, rotary, 0, null)).all().item<bool>());
    }

    // What is behind a dropout without a nonlinearity in between keeps its mean: the attention, and the layer behind the feed-forward network's.
    [Theory]
    [InlineData("AttentionDropout")]
    [InlineData("ResidualDropout")]
    [InlineData("FeedForwardDropout")]
    public void Dropouts_keep_the_mean(string rate)
    {
        using var layer = Layer(With(rate), out var x, out var rotary);
        Tensor Run(Tensor y) => rate == "FeedForwardDropout" ? layer.Run(y, rotary, 0, null) : layer.Attention.Run(y, rotary, 0, null);
        layer.eval();
        var expected = Run(x);
        layer.train();
        var dropped = SeededDraws.Run(1, () => Run(x.repeat(Copies, 1, 1))).reshape(Copies, 4, 16);
        var error = (dropped.mean([0], keepdim: true) - expected).abs();
        Assert.True((error / (dropped.std(0, unbiased: true, keepdim: true) / Math.Sqrt(Copies) + 1e-4)).max().item<float>() < 5); // in deviations of the mean
    }

    [Fact]
    public void Stochastic_depth_drops_whole_images_from_a_branch()
    {
        using var layer = Layer(With("DropPath"), out var x, out var rotary); // its residual and feed-forward dropouts are off, as in the reference
        layer.train();
        var rows = SeededDraws.Run(1, () => layer.Run(x.repeat(Copies, 1, 1), rotary, 0, null));                            // [copies, N, C]
        layer.eval();
        var attended = x + 2 * layer.Attention.Run(layer.Normalise(x), rotary, 0, null);                                     // a kept branch counts twice at rate 0.5
        Tensor[] possible = [x, attended, x + 2 * layer.FeedForward(x), attended + 2 * layer.FeedForward(attended)];
        var matches = stack([.. possible.Select(p => (rows - p).abs().amax([1, 2]).lt(1e-5))]);                              // [4, copies]
        Assert.True(matches.any(0).all().item<bool>());
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(0.25, matches[i].to(ScalarType.Float32).mean().item<float>(), 0.05));
    }

    [Fact]
    public void The_first_layer_has_no_stochastic_depth()
    {
        using var layer = Layer(With("DropPath"), out var x, out var rotary, index: 0);
        layer.eval();
        var expected = layer.Run(x, rotary, 0, null);
        layer.train();
        Assert.True(SeededDraws.Run(1, () => layer.Run(x, rotary, 0, null)).eq(expected).all().item<bool>());
    }

    private static GeneratorLayer Layer(GeneratorConfig config, out Tensor x, out Tensor rotary, int index = 2)
    {
        rotary = RotaryEmbedding2D.Table(config.TokenGrid, config.HeadWidth, config.RotaryBase).narrow(0, 1, 4);
        (var layer, x) = SeededDraws.Run(2, () => (new GeneratorLayer(config, index), SeededDraws.Normal(1, 1, 4, 16)));
        return layer;
    }

    public void Dispose() => _scope.Dispose();
}
