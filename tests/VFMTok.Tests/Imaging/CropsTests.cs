using VFMTok.Imaging;
using VFMTok.Tests.Golden;

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

    [Fact]
    public void An_absurdly_elongated_image_is_an_error()
    {
        var line = new RgbImage(16000, 1, new byte[48000]);
        var error = Assert.Throws<ArgumentException>(() => Crops.CenterCrop(line, 336));
        Assert.Equal("An image cannot be resized to 5376000 x 336; allowed are positive sides and at most 400000000 pixels: use an image that is less elongated.", error.Message);
    }

    internal static RgbImage Synthetic(int width, int height)
    {
        var rgb = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var c = 0; c < 3; c++) rgb[(y * width + x) * 3 + c] = (byte)(7 * x + 13 * y + 29 * c + 5 * (x * y % 31));
        return new RgbImage(width, height, rgb);
    }
}
