using System.Globalization;
using System.Xml.Linq;
using VFMTok.Evaluation.Reporting;

namespace VFMTok.Tests.Evaluation.Reporting;

public sealed class SettingChartTests
{
    private static XElement Draw(params (double, double)[] points) => XElement.Parse(SettingChart.Draw("FD-<x>", "guidance scale", points, 340, 190));

    private static double[] Attributes(XElement svg, string name) => [.. svg.Elements("circle").Select(c => double.Parse(c.Attribute(name)!.Value, CultureInfo.InvariantCulture))];

    [Fact]
    public void Points_stand_where_their_settings_are()
    {
        var svg = Draw((2, 30), (1, 10), (1.5, 20));
        Assert.Equal([66, 194, 322], Attributes(svg, "cx")); // by rising setting
        var heights = Attributes(svg, "cy");
        Assert.Equal(heights.OrderDescending(), heights);
        Assert.Equal(["1", "1.5", "2", "guidance scale"], svg.Elements("text").Where(t => t.Attribute("class")!.Value == "x").Select(t => t.Value));
        Assert.Equal("FD-<x> over guidance scale, 3 points", svg.Attribute("aria-label")!.Value);
        Assert.Equal("1.5: 20", svg.Elements("circle").ElementAt(1).Value);
    }

    [Fact]
    public void Crowded_settings_share_numbers_and_shares_have_no_negative_side()
    {
        var crowded = Draw([.. Enumerable.Range(0, 60).Select(i => (1 + i / 10.0, i + 0.0))]);
        Assert.Equal(60, crowded.Elements("circle").Count());
        Assert.InRange(crowded.Elements("text").Count(t => t.Attribute("class")!.Value == "x"), 5, 11);
        Assert.DoesNotContain(Draw((1, 0), (2, 0)).Elements("text"), t => t.Value.StartsWith('-'));
    }
}
