using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Kernels;

public class DenseAttentionTests
{
    [Theory]
    [InlineData(1, 2, 64, 32, false)]
    [InlineData(2, 3, 101, 64, false)]
    [InlineData(2, 3, 101, 64, true)]
    [InlineData(1, 1, 441, 512, false)]
    [InlineData(3, 5, 68, 96, true)]
    public void It_is_attention_in_both_types_and_for_parts_of_one_tensor(int batch, int heads, int tokens, int width, bool causal)
    {
        using var scope = NewDisposeScope();
        var qkv = SeededDraws.Run(1, () => SeededDraws.Normal(1, batch, tokens, 3, heads, width)).permute(2, 0, 3, 1, 4).unbind(0); // 3 x [B, H, N, D], not contiguous
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            var (q, k, v) = (qkv[0].to(type), qkv[1].to(type), qkv[2].to(type));
            Tensor Exact(Tensor t) => t.to(ScalarType.Float64);
            var expected = nn.functional.scaled_dot_product_attention(Exact(q), Exact(k), Exact(v), is_casual: causal);
            var y = ScaledDotProduct.Dense(q, k, v, causal);
            Assert.Equal(q.shape, y.shape);
            Assert.Equal(type, y.dtype);
            Assert.InRange((Exact(y) - expected).abs().max().item<double>(), 0, type == ScalarType.Float32 ? 5e-6 : 0.02);
            var last = ScaledDotProduct.Dense(q.narrow(0, batch - 1, 1), k.narrow(0, batch - 1, 1), v.narrow(0, batch - 1, 1), causal);
            Assert.True(y.narrow(0, batch - 1, 1).Equals(last)); // whatever the batch
        }
    }

    [Fact]
    public void Large_scores_do_not_overflow()
    {
        using var scope = NewDisposeScope();
        var q = ones(1, 1, 64, 32).Times(1000);
        Assert.True(ScaledDotProduct.Dense(q, q, q, false).isfinite().all().item<bool>());
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => ScaledDotProduct.Dense(ones(1, 2, 64, 32), ones(1, 2, 64, 64), ones(1, 2, 64, 64), false));
        Assert.Throws<ArgumentException>(() => ScaledDotProduct.Dense(ones(1, 2, 64, 32), ones(1, 2, 80, 32), ones(1, 2, 81, 32), false));
        Assert.Throws<ArgumentException>(() => ScaledDotProduct.Dense(ones(1, 2, 64, 32), ones(1, 2, 80, 32), ones(1, 2, 80, 32), true));
    }

    [Fact]
    public void Nothing_is_left_behind()
    {
        using var q = ones(1, 2, 64, 32);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (NewDisposeScope()) ScaledDotProduct.Dense(q, q, q, false);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
