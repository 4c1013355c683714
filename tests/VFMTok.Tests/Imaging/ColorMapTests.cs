using VFMTok.Imaging;

namespace VFMTok.Tests.Imaging;

public class ColorMapTests
{
    [Fact]
    public void Viridis_runs_from_violet_to_yellow_and_only_gets_brighter()
    {
        Assert.Equal(new Rgb(68, 1, 84), ColorMap.Viridis(0));
        Assert.Equal(new Rgb(33, 144, 141), ColorMap.Viridis(0.5));
        Assert.Equal(new Rgb(253, 231, 37), ColorMap.Viridis(1));
        Assert.Equal((ColorMap.Viridis(0), ColorMap.Viridis(1)), (ColorMap.Viridis(-3), ColorMap.Viridis(7)));
        var light = Enumerable.Range(0, 101).Select(i => ColorMap.Viridis(i / 100.0)).Select(c => 0.299 * c.R + 0.587 * c.G + 0.114 * c.B).ToArray();
        Assert.All(light.Zip(light.Skip(1)), pair => Assert.True(pair.Second >= pair.First - 0.6)); // rounding
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(24)]
    public void Kinds_have_colours_of_their_own(int count) =>
        Assert.Equal(count, Enumerable.Range(0, count).Select(i => ColorMap.Kind(i, count)).Distinct().Count());
}
