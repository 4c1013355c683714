using VFMTok.Generation;
using VFMTok.Runtime;

namespace VFMTok.Tests.Generation;

public class GeneratorConfigTests
{
    /// <summary>Every preset with the published numbers: layers, heads, width, width of a head, hidden width, parameters (spec 9.1).</summary>
    public static TheoryData<string, int, int, int, int, int, long> Sizes => new()
    {
        { "B", 12, 12, 768, 64, 2048, 110_888_448 },
        { "L", 24, 16, 1024, 64, 2816, 342_910_976 },
        { "XL", 36, 20, 1280, 64, 3584, 774_699_520 },
        { "XXL", 48, 24, 1536, 64, 4096, 1_410_972_672 },
        { "XXXL", 48, 40, 2560, 64, 6912, 3_893_027_840 },
        { "1B", 22, 32, 2048, 64, 5632, 1_199_616_000 },
        { "2B", 48, 32, 1920, 60, 5120, 2_188_389_120 },
        { "3B", 24, 32, 3200, 100, 8704, 3_096_659_200 },
        { "7B", 32, 32, 4096, 128, 11008, 6_614_589_440 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Presets_have_the_published_sizes(string name, int depth, int heads, int width, int headWidth, int hiddenWidth, long parameters)
    {
        var config = GeneratorConfig.Presets[name];
        config.Validate();
        Assert.Equal((depth, heads, width, headWidth, hiddenWidth), (config.Depth, config.Heads, config.Width, config.HeadWidth, config.HiddenWidth));
        Assert.Equal(parameters, config.ParameterCount);
        Assert.Equal(parameters, Count(config));
    }

    [Fact]
    public void Parameters_are_counted_for_any_configuration()
    {
        foreach (var config in new[] { GeneratorConfig.Tiny, GeneratorConfig.Tiny with { KeyValueHeads = 2, HiddenFactor = 1.3, ClassCount = 3 }, GeneratorConfig.RarTiny,
            GeneratorConfig.RarTiny with { Width = 48, Depth = 2, FeedForwardWidth = 0, TokenGrid = 3, CodebookSize = 5, ClassCount = 2 }, GeneratorConfig.RarL, GeneratorConfig.RarXL, GeneratorConfig.RarXXL })
            Assert.Equal(Count(config), config.ParameterCount);
    }

    [Fact]
    public void Stochastic_depth_rises_linearly_to_the_last_layer()
    {
        var config = GeneratorConfig.Tiny with { DropPath = 0.2 };
        Assert.Equal([0, 0.1, 0.2], Enumerable.Range(0, 3).Select(config.DropPathAt));
        Assert.Equal(0, (config with { Depth = 1 }).DropPathAt(0));
    }

    [Fact]
    public void Rates_out_of_range_are_refused()
    {
        foreach (var config in new[] { GeneratorConfig.Tiny with { AttentionDropout = 1 }, GeneratorConfig.Tiny with { FeedForwardDropout = -0.1 }, GeneratorConfig.Tiny with { DropPath = double.NaN } })
            Assert.Contains("dropouts must lie in [0, 1)", Assert.Throws<ArgumentException>(config.Validate).Message);
    }

    private static long Count(GeneratorConfig config)
    {
        using var network = MetaDevice.Run(() => GeneratorNetwork.Of(config));
        return network.parameters().Sum(p => p.numel());
    }
}
