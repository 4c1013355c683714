using TorchSharp;
using VFMTok.Runtime;
using VFMTok.Training.Discriminators;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training.Discriminators;

public class LocalBatchNormTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 8)]
    [InlineData(10, 5)]
    [InlineData(24, 8)]
    public void Groups_of_at_most_eight_images_are_normalised_each_by_itself(int batch, int group)
    {
        using var scope = NewDisposeScope();
        using var norm = new LocalBatchNorm(3);
        var x = SeededDraws.Run(1, () => SeededDraws.Normal(2, batch, 5, 3)).Plus(1);
        var y = norm.call(x);
        foreach (var (from, to) in x.split(group).Zip(y.split(group)))
        {
            var (mean, deviation) = (from.mean([0, 1], true), from.std([0, 1], unbiased: false, keepdim: true));
            Assert.True(((from - mean) / deviation).allclose(to, 1e-4, 1e-5));
        }
        norm.eval();
        Assert.True(norm.call(x).SameAs(y)); // there are no running statistics
    }

    [Fact]
    public void Each_channel_has_its_scale_and_shift()
    {
        using var scope = NewDisposeScope();
        using var norm = new LocalBatchNorm(2);
        Weights.Set(norm.get_parameter("_weight")!, tensor(new[] { 2f, 3f }));
        Weights.Set(norm.get_parameter("_bias")!, tensor(new[] { 5f, 7f }));
        var y = norm.call(tensor(new[] { -1f, 4, 1, 8 }, [1, 2, 2]));
        Assert.True(y.allclose(tensor(new[] { 3f, 4, 7, 10 }, [1, 2, 2]), 1e-4, 1e-4));
    }

    [Theory]
    [InlineData(9, 2)]
    [InlineData(17, 3)]
    public void A_batch_without_equal_groups_is_refused(int batch, int groups)
    {
        using var norm = new LocalBatchNorm(3);
        using var x = ones(batch, 5, 3);
        Assert.Equal($"A batch of {batch} images does not fall into {groups} equal groups, over which the DINO discriminator normalises; use up to 8 images or a multiple of 8.",
            Assert.Throws<ArgumentException>(() => norm.call(x)).Message);
    }
}
