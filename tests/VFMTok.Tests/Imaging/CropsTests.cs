using VFMTok.Imaging;
using VFMTok.Tests.Golden;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Imaging;

public class CropsTests
{
    // Spec A.7: what Pillow 9.4 makes of a synthetic picture.
    [Theory]
    [InlineData(500, 375, 0x32080578u)]
    [InlineData(1200, 900, 0x2c8fee8fu)]
    [InlineData(2048, 1365, 0xbd4f4da0u)]
    [InlineData(375, 500, 0x8422b127u)]
    [InlineData(200, 300, 0xbf414148u)]
    public void Centre_crop_equals_pillow_bit_for_bit(int width, int height, uint crc) =>
        Assert.Equal(crc, HashWeights.Crc(Crops.CenterCrop(Synthetic(width, height), 336).Pixels));

    [Fact]
    public void Random_crops_depend_on_the_seed_alone()
    {
        var image = Synthetic(90, 70);
        Assert.Equal(Crops.RandomCrop(image, 48, new Random(5)).Pixels, Crops.RandomCrop(image, 48, new Random(5)).Pixels);
        Assert.NotEqual(Crops.RandomCrop(image, 48, new Random(5)).Pixels, Crops.RandomCrop(image, 48, new Random(6)).Pixels);
    }

    [Fact]
    public void Flipping_twice_changes_nothing()
    {
        var image = Synthetic(7, 3);
        Assert.Equal(image.Pixels, Crops.FlipHorizontal(Crops.FlipHorizontal(image)).Pixels);
        Assert.NotEqual(image.Pixels, Crops.FlipHorizontal(image).Pixels);
    }

    // The whole scaled picture would have 5,376,000 x 336 pixels; only the crop is computed.
    [Theory]
    [InlineData(16000, 1)]
    [InlineData(1, 16000)]
    public void A_line_of_pixels_is_cropped_in_little_memory(int width, int height)
    {
        var line = new RgbImage(width, height, [.. Enumerable.Range(0, 48000).Select(i => (byte)(i / 3 == 8000 ? 255 : 0))]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var crop = Crops.CenterCrop(line, 336);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000);
        // The crop covers the right half of pixel 7999 (black) and the left half of pixel 8000 (white).
        var last = (335 * 336 + 335) * 3;
        Assert.Equal((0, 255), (crop.Pixels[0], crop.Pixels[last]));
        Assert.Equal(48, Crops.RandomCrop(line, 48, new Random(1), 1e-9).Width);
    }

    [Fact]
    public void A_crop_equals_the_same_part_of_the_whole_scaled_picture()
    {
        var image = Synthetic(90, 70);
        var whole = Crops.Scale(image, 56);
        var crop = Crops.CenterCrop(image, 56);
        Assert.Equal((72, 56), (whole.Width, whole.Height));
        for (var y = 0; y < 56; y++)
            Assert.Equal(whole.Pixels.AsSpan((y * 72 + 8) * 3, 56 * 3).ToArray(), crop.Pixels.AsSpan(y * 56 * 3, 56 * 3).ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(16385)]
    public void A_side_out_of_range_is_an_error(int size)
    {
        var image = Synthetic(5, 4);
        foreach (var crop in new Func<RgbImage>[] { () => Crops.CenterCrop(image, size), () => Crops.RandomCrop(image, size, new Random(1)) })
            Assert.StartsWith($"The side of a crop is {size}; allowed are 1 to 16384 pixels.", Assert.Throws<ArgumentOutOfRangeException>(crop).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void A_fraction_out_of_range_is_an_error(double fraction) =>
        Assert.StartsWith($"The smallest fraction of a crop is {fraction}; allowed are values above 0 and up to 1: 0.8 is usual.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Crops.RandomCrop(Synthetic(5, 4), 2, new Random(1), fraction)).Message);

    internal static RgbImage Synthetic(int width, int height)
    {
        var rgb = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var c = 0; c < 3; c++) rgb[(y * width + x) * 3 + c] = (byte)(7 * x + 13 * y + 29 * c + 5 * (x * y % 31));
        return new RgbImage(width, height, rgb);
    }

    [Theory]
    [InlineData(700, 500)]
    [InlineData(320, 319)]
    [InlineData(90, 2000)]
    public void Crops_of_a_shrunk_image_are_the_same_bit_for_bit(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        new Random(1).NextBytes(pixels);
        var image = new RgbImage(width, height, pixels);
        var shrunk = Crops.Shrink(image, 80);
        Assert.InRange(Math.Min(shrunk.Width, shrunk.Height), Math.Min(80, Math.Min(width, height)), 159);
        Assert.Equal(Crops.CenterCrop(image, 64).Pixels, Crops.CenterCrop(shrunk, 64).Pixels);
        for (var seed = 0; seed < 20; seed++) Assert.Equal(Crops.RandomCrop(image, 64, new Random(seed)).Pixels, Crops.RandomCrop(shrunk, 64, new Random(seed)).Pixels);
    }
}
