using VFMTok.Imaging;

namespace VFMTok.Tests.Imaging;

public class TenCropTests
{
    // Explicit arithmetic: at 336 px the square has int(369.6) = 369 pixels, 33 too many; the middle lies at round(16.5) = 16, half to even. At 64 px and 1.05: 67, 3 too many, round(1.5) = 2.
    [Theory]
    [InlineData(336, 1.1, 369, 33, 16)]
    [InlineData(336, 1.05, 352, 16, 8)]
    [InlineData(64, 1.1, 70, 6, 3)]
    [InlineData(64, 1.05, 67, 3, 2)]
    public void The_crops_lie_where_the_convention_puts_them(int size, double scale, int side, int far, int middle)
    {
        var image = CropsTests.Synthetic(450, 401);
        var square = Crops.CenterCrop(image, side);
        var ten = TenCrop.Of(image, size, scale);
        Assert.Equal(10, ten.Count);
        var places = new[] { (0, 0), (far, 0), (0, far), (far, far), (middle, middle) };
        for (var i = 0; i < 10; i++)
        {
            var (left, top) = places[i % 5];
            Assert.Equal((size, size), (ten[i].Width, ten[i].Height));
            for (var y = 0; y < size; y++)
                for (var x = 0; x < size; x++)
                {
                    var column = i < 5 ? left + x : side - 1 - (left + x); // the last five are cut from the mirror image
                    for (var c = 0; c < 3; c++)
                        if (square.Pixels[((top + y) * side + column) * 3 + c] != ten[i].Pixels[(y * size + x) * 3 + c]) Assert.Fail($"crop {i} differs at ({x}, {y})");
                }
        }
        Assert.Equal(Crops.FlipHorizontal(ten[1]).Pixels, ten[5].Pixels);
        Assert.Equal(Crops.FlipHorizontal(ten[0]).Pixels, ten[6].Pixels);
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(101)]
    [InlineData(double.NaN)]
    public void A_scale_out_of_range_is_an_error(double scale) =>
        Assert.StartsWith($"The scale of ten crops is {scale}; allowed are 1 to 100: 1.1 and 1.05 are usual.", Assert.Throws<ArgumentOutOfRangeException>(() => TenCrop.Of(CropsTests.Synthetic(9, 9), 4, scale)).Message);
}
