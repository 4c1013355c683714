using VFMTok.Training.Reporting;

namespace VFMTok.Tests.Training.Reporting;

public class AxisScaleTests
{
    [Theory]
    [InlineData(0, 1, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(-0.3, 0.9, new[] { -0.2, 0, 0.2, 0.4, 0.6, 0.8 })]
    [InlineData(1, 700, new[] { 200.0, 400, 600 })]
    [InlineData(1e-4, 3e-4, new[] { 1e-4, 1.5e-4, 2e-4, 2.5e-4, 3e-4 })]
    public void Ticks_are_round(double low, double high, double[] ticks) =>
        Assert.Equal(ticks.Select(t => $"{t:g6}"), new AxisScale(low, high, 0, 1).Ticks(4).Select(t => $"{t:g6}"));

    [Theory]
    [InlineData(0.3, 6.5, new[] { 0.5, 1, 2, 5 })]
    [InlineData(0.02, 3e4, new[] { 0.1, 1, 10, 100, 1000, 1e4 })]
    [InlineData(1e-9, 1e9, new[] { 1e-8, 1e-4, 1, 1e4, 1e8 })]
    public void Logarithmic_ticks_are_powers_of_ten(double low, double high, double[] ticks) =>
        Assert.Equal(ticks.Select(t => $"{t:g6}"), new AxisScale(low, high, 0, 1, logarithmic: true).Ticks(4).Select(t => $"{t:g6}"));

    [Fact]
    public void Places_run_from_one_end_to_the_other_and_no_further()
    {
        var scale = new AxisScale(10, 20, 100, 0);
        Assert.Equal([100, 50, 0, 100, 0], new[] { 10.0, 15, 20, -5, 99 }.Select(scale.At));
        Assert.Equal(0.5, new AxisScale(1, 100, 0, 1, logarithmic: true).At(10), 12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(1e-12)]
    public void A_flat_curve_runs_through_the_middle(double value)
    {
        var scale = new AxisScale(value, value, 0, 1);
        Assert.Equal(0.5, scale.At(value), 9);
        Assert.NotEmpty(scale.Ticks(4));
    }
}
