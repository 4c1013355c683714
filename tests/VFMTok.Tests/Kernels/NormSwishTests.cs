using System.Runtime.Intrinsics;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using static TorchSharp.torch;

namespace VFMTok.Tests.Kernels;

public class NormSwishTests
{
    [Theory]
    [InlineData(1, 32, 8, 21, 21)]
    [InlineData(2, 64, 32, 40, 30)]
    [InlineData(3, 16, 4, 1, 1)]
    [InlineData(1, 48, 3, 33, 17)]
    public void It_is_the_norm_and_the_swish_in_both_layouts_and_both_types(int batch, int channels, int groups, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var x = SeededDraws.Run(1, () => SeededDraws.Normal(3, batch, channels, height, width)).Plus(5);
        using var norm = ResidualBlock.Norm(groups, channels);
        norm.weight!.copy_(SeededDraws.Run(2, () => SeededDraws.Normal(1, channels)));
        norm.bias!.copy_(SeededDraws.Run(3, () => SeededDraws.Normal(1, channels)));
        Assert.Equal(Vector512.IsHardwareAccelerated, GroupNormSwish.Serves(x));
        var expected = nn.functional.silu(norm.call(x));
        foreach (var input in new[] { x, GroupNormSwish.ChannelsLast(x) })
        {
            var y = GroupNormSwish.Apply(norm, input, inPlace: false);
            Assert.Equal(1, y.stride(1));
            Assert.InRange((y - expected).abs().max().item<float>(), 0, 2e-5f);
            var half = GroupNormSwish.Apply(norm, input.to(ScalarType.BFloat16), inPlace: false);
            Assert.Equal(ScalarType.BFloat16, half.dtype);
            Assert.InRange(((half.to(ScalarType.Float32) - expected).abs() / expected.abs().Plus(1)).max().item<float>(), 0, 0.03f); // the input is rounded too
        }
        var overwritten = GroupNormSwish.ChannelsLast(x).clone();
        Assert.True(GroupNormSwish.Apply(norm, overwritten, inPlace: true).Equals(overwritten));
        if (batch > 1) Assert.True(GroupNormSwish.Apply(norm, x, inPlace: false).narrow(0, 1, 1).Equals(GroupNormSwish.Apply(norm, x.narrow(0, 1, 1), inPlace: false)));
    }

    [Fact]
    public void A_block_gives_what_convolutions_take()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var x = SeededDraws.Run(1, () => SeededDraws.Normal(1, 1, 32, 9, 9));
        using var norm = ResidualBlock.Norm(8, 32);
        var half = MixedPrecision.Run(ScalarType.BFloat16, () => ResidualBlock.NormSwish(norm, x)).to(ScalarType.Float32);
        Assert.InRange((half - nn.functional.silu(norm.call(x))).abs().max().item<float>(), 0, 0.05f);
    }

    [Fact]
    public void With_a_gradient_libtorch_does_it()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, 16, 4, 4).requires_grad_();
        using var norm = ResidualBlock.Norm(4, 16);
        Assert.True(ResidualBlock.NormSwish(norm, x).requires_grad);
    }
}
