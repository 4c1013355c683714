using VFMTok.Evaluation;
using VFMTok.Imaging;

namespace VFMTok.Tests.Evaluation;

public sealed class ImageSetStatisticsTests : IDisposable
{
    private readonly FeatureExtractor _tiny = FeatureExtractor.Tiny();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Figures_do_not_depend_on_how_images_are_handed_over()
    {
        var images = DrawnImages.Of(41);
        var (whole, one, parts) = (new ImageSetStatistics(_tiny), new ImageSetStatistics(_tiny), new ImageSetStatistics(_tiny));
        whole.Add(images);
        foreach (var image in images) one.Add(image);
        parts.Add(images.Take(7));
        parts.Add(images.Skip(7).Take(30));
        parts.Add(images.Skip(37));
        var expected = whole.PooledStatistics();
        foreach (var set in new[] { one, parts })
        {
            var statistics = set.PooledStatistics();
            Assert.Equal(expected.Mean, statistics.Mean);
            Assert.Equal(expected.Covariance, statistics.Covariance);
            Assert.Equal(whole.Neighbourhood.ToArray(), set.Neighbourhood.ToArray());
            Assert.Equal((whole.ContentHash, 41), (set.ContentHash, set.Count));
        }
    }

    [Fact]
    public void It_holds_what_the_extractor_sees()
    {
        var (images, set) = (DrawnImages.Of(20), new ImageSetStatistics(_tiny, neighbourhoodLimit: 18));
        Assert.Equal((0, 0, 0L), (set.ImageWidth, set.ImageHeight, set.Count));
        set.Add(images);
        float[] features = [.. _tiny.Extract(images[..16]).Pooled, .. _tiny.Extract(images[16..]).Pooled];
        Assert.Equal(features[..(18 * 96)], set.Neighbourhood.ToArray());
        Assert.Equal(18, set.NeighbourhoodCount);
        var moments = new FeatureMoments(96);
        moments.Add(features);
        Assert.Equal(moments.ToStatistics().Covariance, set.PooledStatistics().Covariance);
        Assert.Null(set.SpatialStatistics());
        Assert.Null(set.InceptionScore);
        Assert.Equal((64, 64), (set.ImageWidth, set.ImageHeight));
        Assert.Equal(new ExtractorIdentity("Tiny", _tiny.Hash, "FD-Tiny", 96), set.Extractor);
    }

    [Fact]
    public void Bad_input_is_one_sentence()
    {
        var set = new ImageSetStatistics(_tiny);
        Assert.Equal("A covariance needs two images at least and there are none; give more images.", Assert.Throws<InvalidOperationException>(set.PooledStatistics).Message);
        set.Add(DrawnImages.One(64, 64, 1));
        Assert.StartsWith("Image 2 of the set has 64 x 32 pixels and those before it have 64 x 64; crop or resize all to one size.", Assert.Throws<ArgumentException>(() => set.Add(DrawnImages.One(64, 32, 1))).Message);
        Assert.Equal("A covariance needs two images at least and there is one; give more images.", Assert.Throws<InvalidOperationException>(set.PooledStatistics).Message);
        Assert.Equal(1, set.Count); // the other one does not count
        set.Add(DrawnImages.One(64, 64, 2));
        Assert.Equal(2, set.PooledStatistics().Count);
    }
}
