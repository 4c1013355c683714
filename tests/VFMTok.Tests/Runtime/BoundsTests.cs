using VFMTok.Foundation;
using VFMTok.Generation;
using VFMTok.Runtime;
using VFMTok.Tokenizer;

namespace VFMTok.Tests.Runtime;

/// <summary>Configurations whose networks no machine could hold are refused before anything is made, with the number that is too large.</summary>
public class BoundsTests
{
    [Fact]
    public void Every_preset_is_within_them()
    {
        foreach (var config in VisionTransformerConfig.Presets.Values) config.Validate();
        foreach (var config in TokenizerConfig.Presets.Values) config.Validate();
        foreach (var config in GeneratorConfig.Presets.Values) config.Validate();
    }

    [Fact]
    public void Foundation_models_of_absurd_sizes_are_refused()
    {
        var large = VisionTransformerConfig.Large;
        Refuses("Width 1000000 must lie in 1 to 65536", (large with { Width = 1_000_000 }).Validate);
        Refuses("Depth 2000000000 must lie in 1 to 1024", (large with { Depth = 2_000_000_000 }).Validate);
        Refuses("StoredGrid 65536 must lie in 1 to 1024", (large with { StoredGrid = 65536 }).Validate);
        Refuses("Registers 100000 must lie in 0 to 1024", (large with { Registers = 100_000 }).Validate);
        Refuses("FeedForwardRatio 2147483647 must lie in 1 to 64", (large with { FeedForwardRatio = int.MaxValue }).Validate);
        Refuses("1024 layers of 65536 channels are more than 4194304 channels together", (large with { Width = 65536, Depth = 1024 }).Validate);
        Refuses("FeedForward 7 must be one of Mlp, SwiGlu", (large with { FeedForward = (FeedForwardKind)7 }).Validate);
    }

    [Fact]
    public void Tokenizers_of_absurd_sizes_are_refused()
    {
        var tiny = TokenizerConfig.Tiny;
        Refuses("Width 1000000 must lie in 1 to 65536", (tiny with { Width = 1_000_000 }).Validate);
        Refuses("SlotGrid 65536 must lie in 1 to 1024", (tiny with { SlotGrid = 65536 }).Validate);
        Refuses("1024 x 1024 places of 64 channels are more than 16777216 numbers", (tiny with { SlotGrid = 1024 }).Validate);
        Refuses("ImageSize 1073741824 must lie in 1 to 16384", (tiny with { ImageSize = 1 << 30 }).Validate);
        Refuses("EncoderHeads 0 must lie in 1 to 1024", (tiny with { EncoderHeads = 0 }).Validate);
        Refuses("NormGroups 0 must lie in 1 to 65536", (tiny with { NormGroups = 0 }).Validate);
        Refuses("PixelWidth times the largest of PixelMultipliers 17179869184 must lie in 1 to 65536", (tiny with { PixelMultipliers = [1, 1, 2, 1 << 30] }).Validate);
        Refuses("cannot be halved -1 times", (tiny with { PixelMultipliers = [] }).Validate);
        Refuses("256 layers of 65536 channels are more than 4194304", (tiny with { PixelWidth = 65536, PixelMultipliers = [1, 1, 1, 1], ResidualBlocks = 64, NormGroups = 1 }).Validate);
        Refuses("Foundation, Levels and PixelMultipliers must be given", (tiny with { Levels = null! }).Validate);
        Refuses("A vision transformer of this size is not supported", (tiny with { Foundation = VisionTransformerConfig.Tiny with { Width = 1_000_000 } }).Validate);
    }

    [Fact]
    public void Generators_of_absurd_sizes_are_refused()
    {
        foreach (var preset in new[] { GeneratorConfig.Tiny, GeneratorConfig.RarTiny })
        {
            Refuses("Width 1000000 must lie in 1 to 65536", (preset with { Width = 1_000_000 }).Validate);
            Refuses("Depth 1000000 must lie in 1 to 1024", (preset with { Depth = 1_000_000 }).Validate);
            Refuses("TokenGrid 65536 must lie in 1 to 1024", (preset with { TokenGrid = 65536 }).Validate);
            Refuses("1024 x 1024 places of 32 channels", (preset with { TokenGrid = 1024 }).Validate);
            Refuses("FeedForwardWidth 2147483647 must lie in 0 to 1048576", (preset with { FeedForwardWidth = int.MaxValue }).Validate);
            Refuses("HiddenMultiple 2147483647 must lie in 1 to 65536", (preset with { HiddenMultiple = int.MaxValue }).Validate);
            Refuses("HiddenFactor 1E+300 must lie in 0 to 64", (preset with { HiddenFactor = 1e300 }).Validate);
            Refuses("RotaryBase must be positive", (preset with { RotaryBase = double.PositiveInfinity }).Validate);
        }
    }

    private static void Refuses(string sentence, Action validate) => Assert.Contains(sentence, Assert.Throws<ArgumentException>(validate).Message);
}
