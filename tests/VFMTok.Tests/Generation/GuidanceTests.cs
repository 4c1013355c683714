using TorchSharp;
using VFMTok.Generation;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Generation;

/// <summary>The strength of guidance over an image's codes (<see cref="SamplingOptions"/>).</summary>
public class GuidanceTests
{
    [Fact]
    public void Constant_guidance_ends_with_its_interval()
    {
        var options = new SamplingOptions { GuidanceScale = 4 };
        Assert.All(Enumerable.Range(0, 16), n => Assert.Equal(4, options.GuidanceAt(n, 16)));
        options.GuidanceInterval = 2;
        Assert.Equal([4, 4, 4, 4, 1, 1], Enumerable.Range(0, 6).Select(n => options.GuidanceAt(n, 6)));
    }

    [Fact]
    public void A_power_lets_guidance_grow_from_none_towards_the_scale()
    {
        var options = new SamplingOptions { GuidanceScale = 16, GuidancePower = 2.75 };
        var scales = Enumerable.Range(0, 256).Select(n => options.GuidanceAt(n, 256)).ToArray();
        Assert.Equal(1, scales[0]);
        Assert.Equal(scales.Order(), scales);
        Assert.InRange(scales[^1], 15.9, 16);
        Assert.Equal(16, options.GuidanceAt(256, 256), 1e-9);
        Assert.Equal(8.5, new SamplingOptions { GuidanceScale = 16, GuidancePower = 1 }.GuidanceAt(128, 256), 1e-9); // half of the way, half of the cosine
        options.GuidanceInterval = 99;
        Assert.Equal((scales[100], 1.0), (options.GuidanceAt(100, 256), options.GuidanceAt(101, 256)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    [InlineData(double.NaN)]
    public void A_power_out_of_range_is_named(double power) =>
        Assert.Equal(FormattableString.Invariant($"GuidancePower is {power}; allowed are 0 (constant guidance) to 100."), Assert.Throws<ArgumentException>(new SamplingOptions { GuidancePower = power }.Validate).Message);

    [Theory]
    [InlineData(GeneratorArchitecture.Autoregressive)]
    [InlineData(GeneratorArchitecture.RandomOrder)]
    public void Every_architecture_draws_with_growing_guidance(GeneratorArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        var config = (architecture == GeneratorArchitecture.RandomOrder ? GeneratorConfig.RarTiny : GeneratorConfig.Tiny) with { TokenGrid = 4, CodebookSize = 32 };
        using var network = SeededDraws.Run(1, () => GeneratorNetwork.Of(config));
        foreach (var parameter in network.parameters().Where(p => p.dim() >= 2)) Weights.Set(parameter, SeededDraws.Run(parameter.numel(), () => SeededDraws.Normal(0.2, parameter.shape)));
        network.eval();
        Tensor[] Logits(SamplingOptions options)
        {
            var seen = new List<Tensor>();
            CodeSampler.Sample(network, tensor(new long[] { 1, 2 }), full([2, 16], 0.5f), options, observe: l => seen.Add(l.clone().MoveToOtherDisposeScope(scope)));
            return [.. seen];
        }
        var (plain, growing, constant) = (Logits(new()), Logits(new() { GuidanceScale = 3, GuidancePower = 2 }), Logits(new() { GuidanceScale = 3 }));
        Assert.True((plain[0] - growing[0]).abs().max().item<float>() < 1e-5); // the first code is not guided
        Assert.True((plain[0] - constant[0]).abs().max().item<float>() > 1e-3);
        Assert.All(growing, l => Assert.True(l.isfinite().all().item<bool>()));
    }
}
