using System.CommandLine;

namespace VFMTok.Cli.Tests;

public sealed class DrawingFlagsTests
{
    private static (DrawingFlags Flags, ParseResult Parsed) Parse(params string[] arguments)
    {
        var (flags, command) = (new DrawingFlags(), new RootCommand());
        foreach (var option in flags.All) command.Add(option);
        return (flags, command.Parse(arguments));
    }

    [Theory]
    [InlineData(new double[] { 1 })]
    [InlineData(new[] { 1, 1.5, 2 }, "--guidance", "2,1", "1.5")]
    [InlineData(new[] { 1, 1.5, 2 }, "--guidance", "2, 1, 2", "--guidance", "1.5")]
    public void Scales_may_be_given_in_every_way(double[] scales, params string[] arguments)
    {
        var (flags, parsed) = Parse(arguments);
        Assert.Equal(scales, flags.Settings(parsed).Select(s => s.GuidanceScale));
    }

    [Fact]
    public void Settings_hold_all_that_is_given()
    {
        var (flags, parsed) = Parse("--guidance-power", "2.75", "--interval", "9", "--temperature", "0.5", "--top-k", "7", "--top-p", "0.9", "--precision", "bfloat16", "--int8", "--seed", "4");
        var setting = flags.Settings(parsed).Single();
        Assert.Equal((2.75, 9, 0.5, 7, 0.9, Runtime.Precision.BFloat16, true, 4),
            (setting.GuidancePower, setting.GuidanceInterval, setting.Temperature, setting.TopK, setting.TopP, setting.Precision, setting.Int8Weights, flags.Seed(parsed)));
    }

    [Fact]
    public void Classes_are_in_turn_or_random_by_the_seed()
    {
        var (flags, parsed) = Parse("--count", "5");
        Assert.Equal([0, 1, 2, 0, 1], flags.Labels(parsed, ["a", "b", "c"]).Labels);
        int[] Random(string seed)
        {
            (flags, parsed) = Parse("--count", "3000", "--classes", "random", "--seed", seed);
            return flags.Labels(parsed, ["a", "b", "c"]).Labels;
        }
        Assert.Equal(Random("1"), Random("1"));
        Assert.NotEqual(Random("1"), Random("2"));
        Assert.All(Random("1").CountBy(c => c), c => Assert.InRange(c.Value, 900, 1100));
    }
}
