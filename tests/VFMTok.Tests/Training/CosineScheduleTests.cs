using VFMTok.Training;

namespace VFMTok.Tests.Training;

public class CosineScheduleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(700)]
    public void A_run_rises_to_its_peak_and_ends_near_a_hundredth_of_it(int steps)
    {
        var schedule = new GeneratorTrainingOptions { LearningRate = 2e-3, Steps = steps }.Schedule();
        var rates = Enumerable.Range(1, steps).Select(t => schedule.At(t)).ToArray();
        var top = Array.IndexOf(rates, rates.Max());
        Assert.Equal(2e-3, rates[top], 1e-12);
        Assert.Equal(rates[..(top + 1)].Order(), rates[..(top + 1)]);
        Assert.Equal(rates[top..].OrderDescending(), rates[top..]);
        Assert.True(rates.All(r => r > 0));
        if (steps > 1) Assert.Equal(2e-5, rates[^1], 1e-9);
    }

    [Fact]
    public void The_rate_stays_at_the_minimum_after_the_cosine() => Assert.Equal(1e-5, new CosineSchedule(1e-3, 1e-5, 5, 1e-7, 20).At(1_000_000));
}
