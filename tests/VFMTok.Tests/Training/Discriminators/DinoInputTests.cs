using TorchSharp;
using VFMTok.Runtime;
using VFMTok.Training.Discriminators;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training.Discriminators;

public class DinoInputTests
{
    [Fact]
    public void Black_and_white_become_what_ImageNet_makes_of_them()
    {
        using var scope = NewDisposeScope();
        var ends = stack([full([3, 2, 2], -1f), ones(3, 2, 2)]);                                          // [2, 3, 2, 2]
        var expected = new[] { -0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225, (1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225 };
        var actual = DinoInput.Draw(ends, 2).flatten(2).mean([2]).flatten().data<float>().ToArray();
        for (var i = 0; i < 6; i++) Assert.Equal(expected[i], actual[i], 1e-5);
    }

    [Theory]
    [InlineData(336, 336)]
    [InlineData(300, 260)]
    [InlineData(300, 100)]
    public void Tall_pictures_are_averaged_over_areas(int height, int width)
    {
        using var scope = NewDisposeScope();
        var images = SeededDraws.Run(1, () => SeededDraws.Normal(1, 2, 3, height, width)).to(ScalarType.Float64);
        Assert.True(DinoInput.Resize(images, 224).allclose(nn.functional.adaptive_avg_pool2d(images, [224, 224]), 0, 1e-9));
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(112, 80)]
    [InlineData(224, 300)]
    public void Others_are_resized_by_plain_bicubic(int height, int width)
    {
        using var scope = NewDisposeScope();
        var images = SeededDraws.Run(1, () => SeededDraws.Normal(1, 2, 3, height, width)).to(ScalarType.Float64);
        Assert.True(DinoInput.Resize(images, 224).allclose(nn.functional.interpolate(images, size: [224, 224], mode: InterpolationMode.Bicubic), 0, 1e-9));
    }

    [Fact]
    public void Half_of_the_time_one_piece_of_all_large_pictures_is_cut_out()
    {
        using var scope = NewDisposeScope();
        var images = SeededDraws.Run(1, () => SeededDraws.Normal(1, 2, 3, 20, 19));
        var normal = DinoInput.Normalise(images);
        var (whole, seen) = (DinoInput.Resize(normal, 16), new List<(int Top, int Left)>());
        for (var seed = 0; seed < 200; seed++)
        {
            var drawn = SeededDraws.Run(seed, () => DinoInput.Draw(images, 16));
            rand(3).Dispose(); // libtorch's own generator changes nothing
            Assert.True(drawn.SameAs(SeededDraws.Run(seed, () => DinoInput.Draw(images, 16))));
            if (drawn.SameAs(whole)) continue;
            seen.Add(Places().Single(p => DinoInput.Crop(normal, 16, p.Top, p.Left).SameAs(drawn)));
        }
        Assert.InRange(seen.Count, 75, 125);
        Assert.Equal(Places().Order(), seen.Distinct().Order()); // the last row and column too

        static IEnumerable<(int Top, int Left)> Places() => from top in Enumerable.Range(0, 5) from left in Enumerable.Range(0, 4) select (top, left);
    }

    [Theory]
    [InlineData(20, 16)]
    [InlineData(16, 20)]
    public void Pictures_that_are_not_larger_on_both_sides_are_never_cut(int height, int width)
    {
        using var scope = NewDisposeScope();
        var images = SeededDraws.Run(1, () => SeededDraws.Normal(1, 1, 3, height, width));
        var whole = DinoInput.Resize(DinoInput.Normalise(images), 16);
        for (var seed = 0; seed < 20; seed++) Assert.True(SeededDraws.Run(seed, () => DinoInput.Draw(images, 16)).SameAs(whole));
    }
}
