using VFMTok.Imaging;
using VFMTok.Training;

namespace VFMTok.Tests.Training.SelfDistillation;

public class MultiCropTests
{
    private static readonly RgbImage[] Images = [.. Enumerable.Range(0, 3).Select(i => new RgbImage(40, 48, [.. Enumerable.Range(0, 40 * 48 * 3).Select(p => (byte)(p * (i + 1) / 7))]))];

    [Fact]
    public void Views_come_view_by_view_and_depend_on_the_seed_of_their_image_alone()
    {
        var crop = new MultiCrop(new MultiCropOptions { LocalCrops = 3 }, 64);
        var (large, small) = crop.Draw(Images, [1, 2, 3]);
        Assert.Equal((2 * 3 * 64 * 64 * 3, 3 * 3 * 32 * 32 * 3), (large.Length, small.Length));
        var (alone, _) = crop.Draw(Images[1..2], [2]);
        Assert.Equal(alone[..(64 * 64 * 3)], large[(64 * 64 * 3)..(2 * 64 * 64 * 3)]);
        Assert.NotEqual(large, crop.Draw(Images, [4, 5, 6]).Global);
    }

    [Fact]
    public void Without_changes_a_view_of_the_whole_is_the_image()
    {
        var plain = new MultiCropOptions { LocalCrops = 0, GlobalScale = 1, Flip = 0, Jitter = 0, Grayscale = 0, Invert = 0, Blur = 0 };
        var gray = new RgbImage(64, 64, [.. Enumerable.Repeat((byte)90, 64 * 64 * 3)]);
        Assert.All(new MultiCrop(plain, 64).Draw([gray], [1]).Global, b => Assert.Equal(90, b));
        plain.Invert = 1;
        Assert.All(new MultiCrop(plain, 64).Draw([gray], [1]).Global, b => Assert.Equal(165, b));
    }
}
