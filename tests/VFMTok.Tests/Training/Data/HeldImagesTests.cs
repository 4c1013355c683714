using VFMTok.Imaging;
using VFMTok.Tests.Imaging;
using VFMTok.Training;

namespace VFMTok.Tests.Training.Data;

public class HeldImagesTests
{
    [Fact]
    public void They_are_cropped_and_told_apart()
    {
        RgbImage[] pictures = [CropsTests.Synthetic(90, 80), CropsTests.Synthetic(70, 90)];
        using var images = new HeldImages(pictures, new TokenizerTrainingOptions());
        Assert.Equal(2, images.Count);
        Assert.True(images.AreDecoded);
        var rgb = new byte[64 * 64 * 3];
        images.Read(1, 64, null, rgb);
        Assert.Equal(Crops.CenterCrop(pictures[1], 64).Pixels, rgb);
        using var same = new HeldImages([CropsTests.Synthetic(90, 80), CropsTests.Synthetic(70, 90)], new TokenizerTrainingOptions());
        using var other = new HeldImages([CropsTests.Synthetic(70, 90), CropsTests.Synthetic(90, 80)], new TokenizerTrainingOptions());
        Assert.Equal(images.Fingerprint, same.Fingerprint);
        Assert.NotEqual(images.Fingerprint, other.Fingerprint);
    }
}
