using System.Globalization;
using System.Xml.Linq;
using VFMTok.Evaluation.Reporting;

namespace VFMTok.Tests.Evaluation.Reporting;

public sealed class FrequencyChartTests
{
    private static XElement Draw(params long[] counts) => XElement.Parse(FrequencyChart.Draw(counts, 340, 200));

    private static string Path(XElement svg, string kind) => svg.Elements("path").Single(p => p.Attribute("class")!.Value == kind).Attribute("d")!.Value;

    [Fact]
    public void Codes_fall_from_the_most_frequent_and_end_with_the_last_that_is_used()
    {
        var svg = Draw(0, 10, 1000, 0, 10, 1);
        Assert.Equal("4 of 6 codes are used, the most frequent one 1000 times", svg.Attribute("aria-label")!.Value);
        var line = Path(svg, "line");
        Assert.StartsWith("M58.0 ", line);
        Assert.EndsWith("H238.0", line); // 4 of 6 from 58 to 328
        var heights = line.Split('V', 'H', ' ').Where((_, i) => i % 2 == 1).Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(4, heights.Length);
        Assert.Equal(heights.Order(), heights);      // down the page
        Assert.Equal(2 * (heights[3] - heights[2]), heights[1] - heights[0], 0.21); // 1000 to 10 is twice as far as 10 to 1
        Assert.StartsWith("M58 ", Path(svg, "even"));
        Assert.Equal(["1", "10", "100", "1000"], svg.Elements("text").Where(t => t.Attribute("class")!.Value == "y").Select(t => t.Value));
    }

    [Fact]
    public void Large_codebooks_are_thinned_out_and_empty_ones_drawn()
    {
        var many = Draw([.. Enumerable.Range(1, 16384).Select(i => (long)i)]);
        Assert.InRange(Path(many, "line").Split('H').Length, 400, 514);
        Assert.EndsWith("H328.0", Path(many, "line"));
        Assert.Empty(Path(Draw(0, 0), "line"));
        Assert.DoesNotContain(Draw(1, 0, 0).Elements("path"), p => p.Attribute("class")!.Value == "even"); // it would lie below the floor
    }
}
