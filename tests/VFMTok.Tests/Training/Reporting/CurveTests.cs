using VFMTok.Training.Reporting;

namespace VFMTok.Tests.Training.Reporting;

public class CurveTests
{
    [Fact]
    public void A_short_curve_keeps_its_points()
    {
        var curve = new Curve("loss");
        for (var step = 1; step <= 500; step++) curve.Add(step, step * step);
        Assert.Equal(Enumerable.Range(1, 500).Select(s => new CurvePoint(s, s * s, s * s, s * s)), curve.Reduce(500));
    }

    [Fact]
    public void A_long_curve_becomes_means_and_ranges()
    {
        var curve = new Curve("loss");
        for (var step = 1; step <= 1001; step++) curve.Add(step, step);
        var points = curve.Reduce(500);
        Assert.Equal(334, points.Count);
        Assert.Equal(new CurvePoint(2, 2, 1, 3), points[0]);
        Assert.Equal(new CurvePoint(1000.5, 1000.5, 1000, 1001), points[^1]);
    }

    [Fact]
    public void What_is_no_number_leaves_a_gap_and_is_named()
    {
        var curve = new Curve("loss");
        foreach (var (step, value) in new[] { (1, 4.0), (2, double.NaN), (3, double.PositiveInfinity), (4, 2) }) curve.Add(step, value);
        Assert.Equal([2, 3], curve.BadSteps);
        Assert.Equal((2, 2, 4), (curve.Last, curve.Lowest, curve.Highest));
        Assert.Equal([4, 2], curve.Reduce(2).Select(p => p.Mean));
        Assert.Equal([4, double.NaN, double.NaN, 2], curve.Reduce(500).Select(p => p.Mean));
    }

    [Fact]
    public void A_curve_without_any_number_has_none()
    {
        var curve = new Curve("loss");
        curve.Add(1, double.NaN);
        Assert.Equal((double.NaN, double.NaN), (curve.Lowest, curve.Highest));
    }
}
