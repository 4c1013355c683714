using VFMTok.Imaging;

namespace VFMTok.ML.Tests.VfmEvaluate;

public class ImageFitTests
{
    [Fact]
    public void Squares_are_cut_as_the_tokenizer_cuts_them_and_what_fits_stays()
    {
        var image = Pictures.Rgb(1, 80, 70);
        Assert.Equal(Crops.CenterCrop(image, 64).Pixels, ImageFit.To(image, 64, 64).Pixels);
        Assert.Equal(Crops.CenterCrop(image, 96).Pixels, ImageFit.To(image, 96, 96).Pixels);
        Assert.Same(image, ImageFit.To(image, 80, 70));
        Assert.Same(image, ImageFit.To(image, 0, 0));
        Assert.Throws<ArgumentException>(() => ImageFit.To(image, 64, 63));
    }
}
