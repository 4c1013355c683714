using VFMTok.Generation;

namespace VFMTok.Tests.Generation;

/// <summary>What <see cref="GeneratorConfig"/> holds for the random-order architecture.</summary>
public class RandomOrderConfigTests
{
    [Fact]
    public void The_paper_s_sizes_have_the_paper_s_numbers_of_parameters()
    {
        Assert.Equal(493_140_992, GeneratorConfig.RarL.ParameterCount);
        Assert.Equal(910.8, GeneratorConfig.RarXL.ParameterCount / 1e6, 0.05);
        Assert.Equal(1541.8, GeneratorConfig.RarXXL.ParameterCount / 1e6, 0.05);
    }

    [Fact]
    public void Presets_are_found_by_name()
    {
        foreach (var (name, preset) in new[] { ("RAR-L", GeneratorConfig.RarL), ("rar-xl", GeneratorConfig.RarXL), ("RAR-XXL", GeneratorConfig.RarXXL), ("RAR-Tiny", GeneratorConfig.RarTiny) })
        {
            Assert.Same(preset, GeneratorConfig.Presets[name]);
            Assert.Equal(GeneratorArchitecture.RandomOrder, preset.Architecture);
            preset.Validate();
        }
        Assert.Equal((64, 80, 88), (GeneratorConfig.RarL.HeadWidth, GeneratorConfig.RarXL.HeadWidth, GeneratorConfig.RarXXL.HeadWidth));
        Assert.Equal((4096, 4096, 6144), (GeneratorConfig.RarL.HiddenWidth, GeneratorConfig.RarXL.HiddenWidth, GeneratorConfig.RarXXL.HiddenWidth));
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        string Fault(GeneratorConfig config) => Assert.Throws<ArgumentException>(config.Validate).Message;
        var rar = GeneratorConfig.RarTiny;
        Assert.Equal("The generator configuration does not fit together: Width 128 must be divisible by Heads 3.", Fault(rar with { Heads = 3 }));
        Assert.Equal("The generator configuration does not fit together: KeyValueHeads 2 must be 0 or Heads 4, since the random-order network shares no keys and values.", Fault(rar with { KeyValueHeads = 2 }));
        Assert.Equal("The generator configuration does not fit together: FeedForwardWidth -1 must be 0 or positive.", Fault(rar with { FeedForwardWidth = -1 }));
        Assert.Equal("The generator configuration does not fit together: Architecture 7 must be one of Autoregressive, RandomOrder.", Fault(rar with { Architecture = (GeneratorArchitecture)7 }));
        Assert.Contains("dropouts must lie in [0, 1)", Fault(rar with { AttentionDropout = 1 }));
        (rar with { Width = 12, Heads = 4 }).Validate(); // heads of three channels: nothing is rotated
        Assert.Contains("rotary", Fault(rar with { Width = 12, Heads = 4, Architecture = GeneratorArchitecture.Autoregressive }));
    }
}
