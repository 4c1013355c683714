using VFMTok.Imaging;
using VFMTok.Tests.Golden;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Imaging;

public class PillowResamplingTests
{
    // Spec A.7: what Pillow 9.4 makes of a synthetic picture.
    [Theory]
    [InlineData(336, 336, 256, 256, ResamplingFilter.Bicubic, 0x34a72af0u)]
    [InlineData(1200, 900, 600, 450, ResamplingFilter.Box, 0xc7be19e1u)]
    [InlineData(1201, 901, 600, 450, ResamplingFilter.Box, 0x4dfa0308u)]
    public void Resizing_equals_pillow_bit_for_bit(int width, int height, int newWidth, int newHeight, ResamplingFilter filter, uint crc) =>
        Assert.Equal(crc, HashWeights.Crc(PillowResampling.Resize(CropsTests.Synthetic(width, height), newWidth, newHeight, filter).Pixels));

    [Fact]
    public void A_side_that_stays_is_not_filtered()
    {
        var row = new RgbImage(4, 1, [0, 0, 0, 255, 255, 255, 9, 8, 7, 1, 2, 3]);
        Assert.Same(row, PillowResampling.Resize(row, 4, 1, ResamplingFilter.Bicubic));
        var tall = PillowResampling.Resize(row, 4, 3, ResamplingFilter.Bicubic);
        Assert.Equal([.. row.Pixels, .. row.Pixels, .. row.Pixels], tall.Pixels);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, -1)]
    [InlineData(1048577, 1)]
    [InlineData(100000, 100000)]
    public void An_absurd_size_is_an_error(int width, int height)
    {
        var error = Assert.Throws<ArgumentException>(() => PillowResampling.Resize(CropsTests.Synthetic(3, 2), width, height, ResamplingFilter.Box));
        Assert.Equal($"An image cannot be resized to {width} x {height}; allowed are sides from 1 to 1048576 and at most 400000000 pixels: use an image that is less elongated.", error.Message);
    }
}
