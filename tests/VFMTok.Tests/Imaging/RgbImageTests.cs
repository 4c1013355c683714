using VFMTok.Imaging;

namespace VFMTok.Tests.Imaging;

public class RgbImageTests
{
    [Theory]
    [InlineData(2, 1, 5)]
    [InlineData(0, 1, 0)]
    [InlineData(65536, 65536, 0)]
    public void Sizes_that_do_not_fit_are_an_error(int width, int height, int bytes)
    {
        var error = Assert.Throws<ArgumentException>(() => new RgbImage(width, height, new byte[bytes]));
        Assert.StartsWith($"An image of {width} x {height} pixels cannot have {bytes} bytes; three are needed for each pixel.", error.Message);
    }

    [Theory]
    [InlineData(false, new byte[] { 137, 147, 157, 255, 255, 255 })]
    [InlineData(true, new byte[] { 157, 147, 137, 255, 255, 255 })]
    public void Premultiplied_pixels_stand_on_white(bool blueFirst, byte[] expected) =>
        Assert.Equal(expected, RgbImage.FromPremultiplied(2, 1, [10, 20, 30, 128, 0, 0, 0, 0], blueFirst).Pixels);

    [Fact]
    public void Pixels_of_images_follow_each_other()
    {
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], RgbImage.Concatenate([new RgbImage(1, 1, [1, 2, 3]), new RgbImage(2, 1, [4, 5, 6, 7, 8, 9])]));
        Assert.Empty(RgbImage.Concatenate([]));
    }
}
