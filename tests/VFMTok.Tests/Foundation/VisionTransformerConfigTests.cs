using VFMTok.Foundation;

namespace VFMTok.Tests.Foundation;

public class VisionTransformerConfigTests
{
    [Fact]
    public void Presets_with_registers_resample_positions_as_DINOv2_does_for_them()
    {
        foreach (var (name, config) in VisionTransformerConfig.Presets)
        {
            var hasRegisters = config.Registers > 0;
            Assert.Equal((hasRegisters, hasRegisters ? 0 : 0.1), (config.AntialiasPositions, config.PositionOffset));
            Assert.Equal(name.EndsWith("_reg4", StringComparison.Ordinal) ? 4 : name == "tiny" ? 2 : 0, config.Registers);
            config.Validate();
        }
    }
}
