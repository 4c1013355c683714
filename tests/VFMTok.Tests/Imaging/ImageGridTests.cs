using VFMTok.Imaging;

namespace VFMTok.Tests.Imaging;

public class ImageGridTests
{
    private static RgbImage Flat(int side, byte value) => new(side, side, [.. Enumerable.Repeat(value, side * side * 3)]);

    [Fact]
    public void Images_stand_in_rows_and_columns_enlarged_without_blur()
    {
        var grid = ImageGrid.Compose([[Flat(2, 10), Flat(2, 20)], [Flat(2, 30)]], [], zoom: 3);
        Assert.Equal((4 + 6 + 1 + 8 + 6 + 4, 4 + 6 + 4 + 6 + 4), (grid.Width, grid.Height));
        foreach (var value in new byte[] { 10, 20, 30 }) Assert.Equal(6 * 6 * 3, grid.Pixels.Count(p => p == value));
        Assert.Equal(grid.Pixels.Length - 3 * 6 * 6 * 3, grid.Pixels.Count(p => p == 255));
    }

    [Fact]
    public void Labels_widen_the_grid_and_are_drawn_without_any_font()
    {
        RgbImage[][] rows = [[Flat(32, 255)]];
        var (plain, labelled) = (ImageGrid.Compose(rows, []), ImageGrid.Compose(rows, ["cat 1"]));
        Assert.DoesNotContain((byte)40, plain.Pixels);
        Assert.Equal(plain.Width + 5 * 12 + 8, labelled.Width);
        var inkOfI = Ink(ImageGrid.Compose(rows, ["I"]));
        Assert.True(inkOfI > 0 && Ink(labelled) > inkOfI);
        Assert.Equal(Ink(ImageGrid.Compose(rows, ["CAT"])), Ink(ImageGrid.Compose(rows, ["cat"])));

        static int Ink(RgbImage image) => image.Pixels.Count(p => p == 40);
    }

    [Fact]
    public void A_grid_that_cannot_be_is_an_error()
    {
        const string Needs = "A grid needs at least one image, images of one size, and a positive zoom and column group.";
        Assert.StartsWith(Needs, Assert.Throws<ArgumentException>(() => ImageGrid.Compose([], [])).Message);
        Assert.StartsWith(Needs, Assert.Throws<ArgumentException>(() => ImageGrid.Compose([[Flat(2, 0), Flat(3, 0)]], [])).Message);
        Assert.StartsWith(Needs, Assert.Throws<ArgumentException>(() => ImageGrid.Compose([[Flat(2, 0)]], [], zoom: 0)).Message);
        Assert.StartsWith("A grid of 40008 x 40008 pixels is too large for one image; show fewer images or a smaller zoom.",
            Assert.Throws<ArgumentException>(() => ImageGrid.Compose([[Flat(2, 0)]], [], zoom: 20000)).Message);
    }
}
