using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Runtime;

public sealed class IndependentRowsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(1, 128, 384)]
    [InlineData(2, 37, 5)]
    [InlineData(7, 352, 129)]
    [InlineData(9, 768, 2048)]
    public void Linear_is_the_product_and_every_row_equals_the_row_alone(int rows, int input, int output)
    {
        var (x, weight, bias) = (Draw(1, rows, 1, input), Draw(2, output, input), Draw(3, output));
        var y = IndependentRows.Linear(x, weight, bias);                                                       // [rows, 1, output]
        var expected = nn.functional.linear(x.to(ScalarType.Float64), weight.to(ScalarType.Float64), bias.to(ScalarType.Float64));
        Assert.True((y.to(ScalarType.Float64) - expected).abs().max().item<double>() < 1e-4);
        for (var row = 0; row < rows; row++) Assert.True(y.narrow(0, row, 1).Equals(IndependentRows.Linear(x.narrow(0, row, 1), weight, bias)));
    }

    [Theory]
    [InlineData(4, 4, 32, 64, 64)]
    [InlineData(4, 2, 20, 1, 16)]
    [InlineData(6, 1, 12, 13, 16)]
    public void Attention_looks_at_the_written_positions_and_every_row_equals_the_row_alone(int heads, int shared, int width, int length, int capacity)
    {
        const int rows = 5;
        var (q, k, v) = (Draw(1, rows, heads, 1, width), Draw(2, rows, shared, capacity, width), Draw(3, rows, shared, capacity, width));
        var y = IndependentRows.Attention(q, k, v, length);                                                    // [rows, heads, 1, width]
        var (seenKeys, seenValues) = (k.narrow(2, 0, length).repeat_interleave(heads / shared, 1), v.narrow(2, 0, length).repeat_interleave(heads / shared, 1));
        Assert.True((y - nn.functional.scaled_dot_product_attention(q, seenKeys, seenValues)).abs().max().item<float>() < 1e-5);
        for (var row = 0; row < rows; row++) Assert.True(y.narrow(0, row, 1).Equals(IndependentRows.Attention(q.narrow(0, row, 1), k.narrow(0, row, 1).contiguous(), v.narrow(0, row, 1).contiguous(), length)));
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(3, 352)]
    [InlineData(200, 353)] // several shares, no whole vectors
    public void Activations_of_a_row_equal_those_of_the_row_alone(int rows, int width)
    {
        var x = Draw(1, rows, width);
        IndependentRows.Run(() =>
        {
            var y = Silu(x);
            Assert.True((y - nn.functional.silu(x)).abs().max().item<float>() < 1e-6);
            for (var row = 0; row < rows; row++) Assert.True(y.narrow(0, row, 1).Equals(Silu(x.narrow(0, row, 1))));
            return 0;
        });

        static Tensor Silu(Tensor t) => IndependentRows.Map(t, static u => nn.functional.silu(u));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused_before_memory_is_touched()
    {
        Assert.Throws<ArgumentException>(() => IndependentRows.Linear(Draw(1, 2, 8), Draw(2, 4, 9), null));
        Assert.Throws<ArgumentException>(() => IndependentRows.Attention(Draw(1, 2, 4, 1, 8), Draw(2, 2, 4, 16, 8), Draw(3, 2, 4, 15, 8), 3));
        Assert.Throws<ArgumentException>(() => IndependentRows.Attention(Draw(1, 2, 4, 1, 8), Draw(2, 2, 4, 16, 8), Draw(3, 2, 4, 16, 8), 17));
        Assert.Throws<ArgumentException>(() => IndependentRows.Attention(Draw(1, 2, 4, 1, 8), Draw(2, 2, 3, 16, 8), Draw(3, 2, 3, 16, 8), 3));
    }

    private static Tensor Draw(long seed, params long[] shape) => SeededDraws.Run(seed, () => SeededDraws.Normal(1, shape));
}
