using VFMTok.Runtime;
using VFMTok.Tokenizer;
using static TorchSharp.torch;

namespace VFMTok.Tests.Kernels;

public class DeformableSamplingTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(20)]
    public void It_is_what_grid_sample_gives_also_outside_of_the_maps(int width)
    {
        using var scope = NewDisposeScope();
        (int Height, int Width)[] levels = [(6, 9), (3, 2)];
        var (value, locations, weights) = SeededDraws.Run(1, () => (SeededDraws.Normal(1, 2, 60, 3, width), SeededDraws.Uniform(CPU, 2, 11, 3, 2, 4, 2).Times(1.6).Minus(0.3), SeededDraws.Uniform(CPU, 2, 11, 3, 2, 4)));
        var expected = DeformableAttention.Sample(value, levels, locations, weights); // gradients are on: libtorch does it
        using var noGradient = no_grad();
        var y = DeformableAttention.Sample(value, levels, locations, weights);
        Assert.Equal(expected.shape, y.shape);
        Assert.InRange((y - expected).abs().max().item<float>(), 0, 2e-5f);
    }

    [Fact]
    public void Points_far_away_and_points_that_are_no_numbers_read_nothing()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var place in new[] { 1e30f, -1e30f, float.NaN, float.PositiveInfinity })
            Assert.Equal(0, DeformableAttention.Sample(ones([1, 4, 1, 16]), [(2, 2)], ones([1, 1, 1, 1, 1, 2]) * tensor(place), ones([1, 1, 1, 1, 1])).abs().sum().item<float>());
    }

    [Fact]
    public void Maps_that_do_not_add_up_are_refused()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Assert.Contains("60 places", Assert.Throws<ArgumentException>(() => DeformableAttention.Sample(ones([1, 60, 1, 16]), [(6, 9)], ones([1, 1, 1, 1, 1, 2]), ones([1, 1, 1, 1, 1]))).Message);
    }
}
