using System.Xml.Linq;
using VFMTok.Training.Reporting;

namespace VFMTok.Tests.Training.Reporting;

public class LineChartTests
{
    private static XElement Draw(string name, params double[] values)
    {
        var curve = new Curve(name);
        for (var i = 0; i < values.Length; i++) curve.Add(i + 1, values[i]);
        return XElement.Parse(LineChart.Draw(curve, 1, values.Length, 340, 170));
    }

    private static string Path(XElement svg, string kind) => string.Concat(svg.Elements("path").Where(p => p.Attribute("class")!.Value == kind).Select(p => p.Attribute("d")!.Value));

    [Fact]
    public void A_line_goes_from_corner_to_corner()
    {
        var svg = Draw("loss", 0, 1, 2);
        Assert.Equal("M58.0 148.0L193.0 78.0L328.0 8.0", Path(svg, "line"));
        Assert.Empty(Path(svg, "range"));
        Assert.Equal(["0", "0.5", "1", "1.5", "2", "1", "2", "3"], svg.Elements("text").Select(t => t.Value));
    }

    [Fact]
    public void A_gap_is_marked()
    {
        var svg = Draw("loss", 1, double.NaN, 2, 1);
        Assert.Equal("M58.0 148.0h0M238.0 8.0L328.0 148.0", Path(svg, "line"));
        Assert.Equal("not a finite number at step 2", svg.Descendants("title").Single().Value);
    }

    [Fact]
    public void Many_decades_get_a_logarithmic_scale_where_ratios_matter()
    {
        Assert.Equal(["1", "2", "5", "10", "20", "50", "100"], Ticks("loss", 1, 10, 100));
        Assert.Equal(["0", "20", "40", "60", "80", "100"], Ticks("loss", 0, 10, 100));
        Assert.Equal(["0.2", "0.4", "0.6", "0.8"], Ticks("usage", 0.01, 0.5, 0.99));

        IEnumerable<string> Ticks(string name, params double[] values) => Draw(name, values).Elements("text").Where(t => t.Attribute("class")!.Value == "y").Select(t => t.Value);
    }

    [Fact]
    public void A_long_run_is_a_short_path_with_its_range()
    {
        var svg = Draw("loss", [.. Enumerable.Range(0, 100_000).Select(i => (double)(i % 7))]);
        Assert.Equal(500, Path(svg, "line").Count(c => c is 'M' or 'L'));
        Assert.Equal(1000, Path(svg, "range").Count(c => c is 'M' or 'L'));
    }

    [Theory]
    [InlineData]
    [InlineData(5.0)]
    [InlineData(double.NaN)]
    [InlineData(3.0, 3.0)]
    [InlineData(-1e300, 1e300)]
    public void Odd_curves_are_drawn_too(params double[] values) => Assert.DoesNotContain("NaN", string.Concat(Draw("a<b", values).Descendants().Attributes("d")));
}
