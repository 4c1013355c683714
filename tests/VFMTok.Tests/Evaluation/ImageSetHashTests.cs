using VFMTok.Evaluation;
using VFMTok.Imaging;

namespace VFMTok.Tests.Evaluation;

public class ImageSetHashTests
{
    [Fact]
    public void It_is_that_of_the_images_whatever_their_order()
    {
        var images = DrawnImages.Of(5, 8);
        Assert.Equal(Of(images), Of([.. images.Reverse()]));
        Assert.Equal(32, Of(images).Length);
        string[] others = [Of([]), Of(images[..4]), Of([.. images, images[0]]), Of([.. images[..4], DrawnImages.Changed(images[4], 191)]), Of([.. images[..4], new RgbImage(4, 16, images[4].Pixels)]), Of(images)];
        Assert.Equal(others.Length, others.Distinct().Count());

        static string Of(RgbImage[] images)
        {
            var hash = new ImageSetHash();
            foreach (var image in images) hash.Add(image);
            return hash.ToString();
        }
    }
}
