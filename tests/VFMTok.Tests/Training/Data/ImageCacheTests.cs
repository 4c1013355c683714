using VFMTok.Imaging;
using VFMTok.Training;

namespace VFMTok.Tests.Training.Data;

public class ImageCacheTests
{
    [Fact]
    public void The_first_images_that_fit_are_kept()
    {
        var cache = new ImageCache(4, 30);
        for (var i = 0; i < 4; i++) cache.Offer(i, Image(i == 2 ? 2 : 4)); // 12, 12, 6, 12 bytes
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(i => cache.Get(i) is not null));
        Assert.Equal(30, cache.Bytes);
        Assert.False(cache.HoldsAll);
    }

    [Fact]
    public void An_image_offered_twice_counts_once()
    {
        var cache = new ImageCache(1, 100);
        var first = Image(4);
        cache.Offer(0, first);
        cache.Offer(0, Image(4));
        Assert.Same(first, cache.Get(0));
        Assert.Equal(12, cache.Bytes);
        Assert.True(cache.HoldsAll);
    }

    [Fact]
    public void Threads_do_not_exceed_the_bound()
    {
        var cache = new ImageCache(1000, 1200);
        Parallel.For(0, 1000, i => cache.Offer(i, Image(4)));
        Assert.Equal(cache.Bytes, 12 * Enumerable.Range(0, 1000).Count(i => cache.Get(i) is not null));
        Assert.InRange(cache.Bytes, 12, 1200);
    }

    [Fact]
    public void A_selection_keeps_its_images()
    {
        var cache = new ImageCache([Image(1), Image(2), Image(3)]);
        var selected = cache.Select([2, 0]);
        Assert.Equal((3, 1), (selected.Get(0)!.Width, selected.Get(1)!.Width));
        Assert.True(selected.HoldsAll);
    }

    private static RgbImage Image(int width) => new(width, 1, new byte[width * 3]);
}
