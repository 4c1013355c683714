using VFMTok.Generation;
using static TorchSharp.torch;

namespace VFMTok.Tests.Generation;

public class ImageBatchesTests
{
    [Fact]
    public void Rows_that_fill_up_a_batch_change_nothing()
    {
        using var network = LoudGenerator.Network(LoudGenerator.Small);
        using var noGradient = no_grad();
        var seen = new List<int[]>();
        var exact = ImageBatches.Write(network, [2, 0, 1], [5, 6, 7], 3, new SamplingOptions { GuidanceScale = 2 }, CPU, null, default);
        var filled = ImageBatches.Write(network, [2, 0, 1], [5, 6, 7], 8, new SamplingOptions { GuidanceScale = 2 }, CPU, (_, codes) => seen.Add(codes), default);
        Assert.Equal(exact, filled);
        Assert.All(seen, codes => Assert.Equal(3, codes.Length));
        Assert.Equal(16, seen.Count);
    }

    [Theory]
    [InlineData("Tiny", false, 32)]
    [InlineData("B", false, 32)]
    [InlineData("3B", false, 13)]
    [InlineData("3B", true, 6)]
    [InlineData("7B", true, 4)]
    public void Their_size_keeps_the_memory_of_large_networks_bounded(string preset, bool guided, int images) =>
        Assert.Equal(images, ImageBatches.Size(GeneratorConfig.Presets[preset], guided));
}
