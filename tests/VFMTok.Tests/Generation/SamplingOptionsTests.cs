using VFMTok.Generation;

namespace VFMTok.Tests.Generation;

public class SamplingOptionsTests
{
    public static TheoryData<SamplingOptions, string> Faults() => new()
    {
        { new() { GuidanceScale = -0.5 }, "GuidanceScale is -0.5; allowed are 0 to 1000, 1 and less switch guidance off." },
        { new() { GuidanceScale = double.NaN }, "GuidanceScale is NaN; allowed are 0 to 1000, 1 and less switch guidance off." },
        { new() { GuidanceScale = double.PositiveInfinity }, "GuidanceScale is Infinity; allowed are 0 to 1000, 1 and less switch guidance off." },
        { new() { GuidanceInterval = -2 }, "GuidanceInterval is -2; allowed are -1 (always) and larger." },
        { new() { Temperature = -1 }, "Temperature is -1; allowed are 0 to 1000, 1 takes the probabilities as they are." },
        { new() { Temperature = double.NaN }, "Temperature is NaN; allowed are 0 to 1000, 1 takes the probabilities as they are." },
        { new() { TopK = -1 }, "TopK is -1; allowed are 0 (all) and larger, up to the size of the codebook." },
        { new() { TopK = 600 }, "TopK is 600 but the codebook has 512 codes; allowed are 1 to 512, and 0 for all." },
        { new() { TopP = 0 }, "TopP is 0; allowed are numbers above 0 up to 1 (all)." },
        { new() { TopP = 1.01 }, "TopP is 1.01; allowed are numbers above 0 up to 1 (all)." },
        { new() { TopP = double.NaN }, "TopP is NaN; allowed are numbers above 0 up to 1 (all)." },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Values_out_of_range_are_one_sentence(SamplingOptions options, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(() => options.Validate(GeneratorConfig.Tiny)).Message);

    [Fact]
    public void The_limits_are_allowed()
    {
        new SamplingOptions { GuidanceScale = 0, Temperature = 0, TopK = 512, TopP = 1 }.Validate(GeneratorConfig.Tiny);
        new SamplingOptions { GuidanceScale = 1000, GuidanceInterval = int.MaxValue, TopP = double.Epsilon }.Validate(GeneratorConfig.Tiny);
    }
}
