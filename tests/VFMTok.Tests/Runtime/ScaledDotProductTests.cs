using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Runtime;

public sealed class ScaledDotProductTests : IDisposable
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
        var (own, native) = (ScaledDotProduct.WrittenOut(query, key, value, causal, 0, mask), ScaledDotProduct.Attend(query, key, value, causal, mask: mask));
        Assert.True((own - native).abs().max().item<float>() < 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_written_out_for_bfloat16_training_equals_the_function_of_libtorch_and_so_do_its_gradients(bool causal)
    {
        Tensor[] Inputs(ScalarType type) => [.. Enumerable.Range(0, 3).Select(i => SeededDraws.Run(i, () => SeededDraws.Normal(1, 2, 3, 8, 16)).to(type).detach().requires_grad_())];
        Tensor[] Run(Tensor[] x)
        {
            var y = ScaledDotProduct.Attend(x[0], x[1], x[2], causal);
            (y * y).sum().backward();
            return [y, .. x.Select(t => t.grad!)];
        }
        foreach (var (written, native) in Run(Inputs(ScalarType.BFloat16)).Zip(Run(Inputs(ScalarType.Float32))))
        {
            Assert.Equal(native.shape, written.shape);
            Assert.True((written.to(ScalarType.Float32) - native).abs().max().item<float>() < 0.05 * native.abs().max().item<float>());
        }
    }

    [Fact]
    public void Dropout_draws_from_the_seed_and_keeps_the_mean()
    {
        var (q, v) = (zeros(1, 1, 64, 4), ones(1, 1, 64, 4)); // every weight is 1/64, so every output is 1 on average
        Tensor Draw(long seed) => SeededDraws.Run(seed, () => ScaledDotProduct.Attend(q, q, v, dropout: 0.25));
        Assert.True(Draw(1).equal(Draw(1)).all().item<bool>());
        Assert.False(Draw(1).equal(Draw(2)).all().item<bool>());
        Assert.Equal(1, Draw(1).mean().item<float>(), 0.05);
    }

    [Fact]
    public void A_causal_token_does_not_see_the_future_when_there_is_dropout()
    {
        var x = SeededDraws.Run(1, () => SeededDraws.Normal(1, 1, 1, 4, 4));
        var changed = x.clone();
        changed.select(2, 3).fill_(9f);
        Tensor Run(Tensor t) => SeededDraws.Run(1, () => ScaledDotProduct.Attend(t, t, t, causal: true, dropout: 0.1)).narrow(2, 0, 3);
        Assert.True(Run(x).equal(Run(changed)).all().item<bool>());
    }

    public void Dispose() => _scope.Dispose();
}
