using VFMTok.Imaging;
using VFMTok.Training;

namespace VFMTok.Tests.Training.Codes;

public class CodeVariantsTests
{
    [Fact]
    public void None_is_the_middle_and_flip_its_mirror_image_besides()
    {
        var image = CodeFixtures.Picture(3);
        Assert.Equal(Crops.CenterCrop(image, 64).Pixels, Assert.Single(CodeVariants.Of(image, 64, CodeAugmentation.None)).Pixels);
        var two = CodeVariants.Of(image, 64, CodeAugmentation.Flip);
        Assert.Equal(2, two.Count);
        Assert.Equal(Crops.CenterCrop(image, 64).Pixels, two[0].Pixels);
        for (var y = 0; y < 64; y++)
            for (var x = 0; x < 64; x++)
                Assert.Equal(two[0].Pixels.AsSpan((y * 64 + x) * 3, 3).ToArray(), two[1].Pixels.AsSpan((y * 64 + 63 - x) * 3, 3).ToArray());
    }

    [Fact]
    public void Ten_crops_begin_with_the_middle_one()
    {
        var image = CodeFixtures.Picture(4);
        IReadOnlyList<RgbImage> wide = TenCrop.Of(image, 64, 1.1), narrow = TenCrop.Of(image, 64, 1.05);
        RgbImage[] expected = [wide[4], wide[0], wide[1], wide[2], wide[3], wide[5], wide[6], wide[7], wide[8], wide[9], narrow[4], narrow[0], narrow[1], narrow[2], narrow[3], .. narrow.Skip(5)];
        Assert.Equal(expected.Take(10).Select(c => c.Pixels), CodeVariants.Of(image, 64, CodeAugmentation.TenCrop).Select(c => c.Pixels));
        Assert.Equal(expected.Select(c => c.Pixels), CodeVariants.Of(image, 64, CodeAugmentation.TenCrops).Select(c => c.Pixels));
    }

    [Theory]
    [InlineData(CodeAugmentation.None, 1, 64)]
    [InlineData(CodeAugmentation.Flip, 2, 64)]
    [InlineData(CodeAugmentation.TenCrop, 10, 70)]
    [InlineData(CodeAugmentation.TenCrops, 20, 70)]
    public void Shrunk_images_give_the_same_crops(CodeAugmentation augmentation, int count, int largest)
    {
        Assert.Equal((count, largest), (CodeVariants.Count(augmentation), CodeVariants.Largest(augmentation, 64)));
        var image = new RgbImage(700, 500, new byte[700 * 500 * 3]);
        new Random(1).NextBytes(image.Pixels);
        var shrunk = Crops.Shrink(image, largest);
        Assert.True(shrunk.Width < 200);
        Assert.Equal(CodeVariants.Of(image, 64, augmentation).Select(c => c.Pixels), CodeVariants.Of(shrunk, 64, augmentation).Select(c => c.Pixels));
        Assert.Equal(count, CodeVariants.Of(image, 64, augmentation).Count);
    }
}
