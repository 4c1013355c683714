using VFMTok.Evaluation;
using VFMTok.Imaging;

namespace VFMTok.Tests.Evaluation;

public class PictureLegendTests
{
    [Fact]
    public void Items_take_another_row_where_the_picture_is_narrow()
    {
        var legend = new PictureLegend().With("one").WithDot("two", new Rgb(255, 0, 0), 5).WithDot("three", new Rgb(0, 0, 255), 5);
        Assert.Equal((24 + 8, 3 * 24 + 8), (legend.Height(600), legend.Height(10)));

        const int Width = 100;
        using var drawing = new Drawing(Width, legend.Height(Width));
        legend.Draw(drawing, 0, Width);
        var image = drawing.ToImage();
        Assert.Contains((byte)40, image.Pixels);
        var colours = image.Pixels.Chunk(3).Select(p => (p[0], p[1], p[2])).ToHashSet();
        Assert.Superset(new HashSet<(byte, byte, byte)> { (255, 0, 0), (0, 0, 255) }, colours);
    }
}
