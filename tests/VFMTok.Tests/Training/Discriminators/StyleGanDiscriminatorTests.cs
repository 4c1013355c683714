using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using VFMTok.Training.Discriminators;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training.Discriminators;

public class StyleGanDiscriminatorTests
{
    [Theory]
    [InlineData(4, 8)]
    [InlineData(16, 26)]
    public void A_picture_becomes_one_number(int size, int tensors)
    {
        using var scope = NewDisposeScope();
        using var network = new StyleGanDiscriminator(size);
        Assert.Equal([2, 1], network.call(zeros(2, 3, size, size)).shape);
        Assert.Equal(tensors, StateDict.Of(network, network.Names).Count);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(336)]
    [InlineData(1024)]
    public void Other_sizes_are_refused(int size) => Assert.Equal(
        $"The StyleGAN discriminator cannot see images of {size} pixels; allowed are powers of two from 4 to 512: choose another image size or another discriminator.",
        Assert.Throws<ArgumentException>(() => new StyleGanDiscriminator(size)).Message);

    [Fact]
    public void Blurring_spreads_a_dot_and_reflects_the_border()
    {
        using var scope = NewDisposeScope();
        using var blur = new Blur();
        var dot = zeros(1, 1, 4, 5);
        dot[0, 0, 1, 1] = 16;
        Assert.Equal([4, 4, 2, 0, 0, 4, 4, 2, 0, 0, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0], blur.call(dot).data<float>().ToArray()); // without a border 1 2 1, 2 4 2, 1 2 1
        Assert.True(blur.call(ones(2, 3, 6, 6)).allclose(ones(2, 3, 6, 6)));
    }
}
