using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Runtime;

public sealed class ScaledAttentionTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    private static (Tensor Query, Tensor Key, Tensor Value) Random(int queries, int keys) => SeededDraws.Run(1, () =>
        (SeededDraws.Normal(1, 2, 3, queries, 8), SeededDraws.Normal(1, 2, 3, keys, 8), SeededDraws.Normal(1, 2, 3, keys, 8)));

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Written_out_it_equals_libtorchs_own(bool causal, bool masked)
    {
        var (query, key, value) = Random(5, causal ? 5 : 7);
        var mask = masked ? SeededDraws.Run(2, () => SeededDraws.Uniform(CPU, 2, 1, 5, 7)).Below(0.6).logical_or(eye(5, 7, dtype: ScalarType.Bool)) : null;
        var (own, native) = (ScaledAttention.WrittenOut(query, key, value, mask, causal, 0), ScaledAttention.Run(query, key, value, mask, causal));
        Assert.True((own - native).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void Its_dropout_keeps_the_mean_and_depends_on_the_seed()
    {
        var (query, key, value) = Random(5, 5);
        Tensor Drop(long seed, int copies) => SeededDraws.Run(seed, () =>
            ScaledAttention.Run(query.repeat(copies, 1, 1, 1), key.repeat(copies, 1, 1, 1), value.repeat(copies, 1, 1, 1), causal: true, dropout: 0.3));
        Assert.True(Drop(1, 1).eq(Drop(1, 1)).all().item<bool>());
        Assert.False(Drop(1, 1).eq(Drop(2, 1)).all().item<bool>());
        var mean = Drop(3, 4000).reshape(4000, 2, 3, 5, 8).mean([0]);
        Assert.True((mean - ScaledAttention.Run(query, key, value, causal: true)).abs().max().item<float>() < 0.1); // one deviation is about 0.02
    }

    public void Dispose() => _scope.Dispose();
}
