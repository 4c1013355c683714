using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Runtime;

public class CastParameterTests
{
    [Fact]
    public void A_frozen_weight_is_cast_once_and_one_that_may_change_at_every_use()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var layer = SeededDraws.Run(1, () => new LinearLayer(8, 4, hasBias: true));
        var x = ones(3, 8);
        Tensor Half() => MixedPrecision.Run(ScalarType.BFloat16, () => layer.call(x));
        var before = Half();
        layer.Weight.mul_(ScalarArithmetic.Constant(2));
        Assert.False(before.Equals(Half()));
        ((IFreezable)layer).Freeze();
        var frozen = Half();
        layer.Weight.mul_(ScalarArithmetic.Constant(2)); // breaks the promise: the copy stays
        Assert.True(frozen.Equals(Half()));
        Assert.Equal(ScalarType.Float32, layer.call(x).dtype);
    }

    [Fact]
    public void The_copies_go_with_the_network()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var scope = NewDisposeScope())
        {
            using var noGradient = no_grad();
            using var layer = new Convolution2D(16, 16, 3);
            IFreezable.Freeze(layer);
            MixedPrecision.Run(ScalarType.BFloat16, () => layer.call(ones(1, 16, 8, 8)));
        }
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
