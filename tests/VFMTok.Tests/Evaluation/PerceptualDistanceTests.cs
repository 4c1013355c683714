using VFMTok.Evaluation;
using VFMTok.Imaging;
using VFMTok.Runtime;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Tests.Evaluation;

public sealed class PerceptualDistanceTests(PerceptualFile file) : IClassFixture<PerceptualFile>
{
    [Fact]
    public void It_is_the_loss_without_dropout()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (DrawnImages.Of(6, 32, 1), DrawnImages.Of(6, 32, 2));
        using var measure = PerceptualDistance.Load(file.Path);
        var distances = measure.Of(a, b);
        using var loss = LearnedPerceptualLoss.Load(file.Path, CPU);
        loss.eval();
        Tensor Images(RgbImage[] images) => Pixels.ToImages(images.SelectMany(i => i.Pixels).ToArray(), images.Length, 32, CPU);
        var expected = loss.call(Images(a), Images(b)).data<float>().ToArray();
        Assert.All(distances.Zip(expected), p => Assert.Equal(p.Second, p.First, 1e-4 * p.Second));
        Assert.All(distances, d => Assert.True(d > 0));
        Assert.Equal(distances[..4], measure.Of(a[..4], b[..4])); // groups have a fixed size
        Assert.Equal(0, measure.Of(a[0], a[0]));
        Assert.Equal(32, measure.Hash.Length);
    }

    [Fact]
    public void Bad_input_is_one_sentence()
    {
        using var measure = PerceptualDistance.Load(file.Path);
        string Fault(RgbImage[] a, RgbImage[] b) => Assert.Throws<ArgumentException>(() => measure.Of(a, b)).Message;
        Assert.StartsWith("There are 1 originals and 2 reconstructions; give one for each.", Fault(DrawnImages.Of(1), DrawnImages.Of(2)));
        Assert.StartsWith("Images of 64 x 64 and 32 x 32 pixels cannot be compared together; give images of the same size.", Fault(DrawnImages.Of(1), DrawnImages.Of(1, 32)));
        Assert.StartsWith("LPIPS sees images of 16 x 16 pixels and more and was given 15 x 15; give larger ones.", Fault(DrawnImages.Of(1, 15), DrawnImages.Of(1, 15)));
        Assert.Empty(measure.Of([], []));
        Assert.Throws<FileNotFoundException>(() => PerceptualDistance.Load("no such file"));
    }
}
