using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Runtime;

public class OneDnnTests
{
    [Fact]
    public void This_libtorch_has_it() => Assert.True(OneDnn.IsAvailable);

    [Theory]
    [InlineData(577, 1024, 512)]
    [InlineData(300, 100, 100)]
    [InlineData(2304, 12, 512)]
    [InlineData(2304, 512, 12)]
    [InlineData(1000, 37, 41)]
    public void It_is_the_product_of_views_and_of_both_types(int rows, int input, int output)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (x, weight, bias) = SeededDraws.Run(1, () => (SeededDraws.Normal(1, 2, rows / 2 + 3, input).narrow(1, 1, rows / 2), SeededDraws.Normal(1 / Math.Sqrt(input), output, input), SeededDraws.Normal(1, output)));
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
            foreach (var gelu in new[] { false, true })
                foreach (var b in new[] { bias, null })
                {
                    Tensor Exact(Tensor t) => t.to(type).to(ScalarType.Float64);
                    var expected = nn.functional.linear(Exact(x), Exact(weight), b is null ? null : Exact(b));
                    if (gelu) expected = nn.functional.gelu(expected);
                    var y = OneDnn.Linear(x.to(type), weight.to(type), b?.to(type), gelu);
                    Assert.Equal(expected.shape, y.shape);
                    Assert.Equal(type, y.dtype);
                    Assert.InRange((y.to(ScalarType.Float64) - expected).abs().max().item<double>(), 0, type == ScalarType.Float32 ? 2e-5 : 0.06);
                }
    }

    [Theory]
    [InlineData(37, 41)]
    [InlineData(12, 24)]
    [InlineData(64, 3)]
    public void Not_a_number_in_freed_memory_stays_there(int input, int output)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (x, weight) = (ones(1200, input), ones(output, input));
        for (var i = 0; i < 20; i++)
        {
            foreach (var size in new[] { 1 << 10, 1 << 14, 1 << 17, 1 << 20 }) full([size], float.NaN).Dispose();
            Assert.False(OneDnn.Linear(x, weight, null).isnan().any().item<bool>());
        }
    }

    [Fact]
    public void It_serves_large_products_without_gradient_of_one_type()
    {
        using var scope = NewDisposeScope();
        var (x, weight) = (ones(1000, 64), ones(64, 64));
        Assert.False(OneDnn.Serves(x, weight)); // gradients are on
        using var noGradient = no_grad();
        Assert.True(OneDnn.Serves(x, weight));
        Assert.False(OneDnn.Serves(x.narrow(0, 0, 3), weight));
        Assert.False(OneDnn.Serves(x, weight.to(ScalarType.BFloat16)));
        Assert.False(OneDnn.Serves(x.to(ScalarType.Float64), weight.to(ScalarType.Float64)));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Assert.Throws<ArgumentException>(() => OneDnn.Linear(ones(4, 5), ones(3, 6), null));
        Assert.Throws<ArgumentException>(() => OneDnn.Linear(ones(4, 5), ones(3, 5), ones(4)));
    }
}
