using VFMTok.Imaging;

namespace VFMTok.Tests.Imaging;

public class DrawingTests
{
    private static readonly Rgb Red = new(255, 0, 0), White = new(255, 255, 255);

    private static Rgb At(RgbImage image, int x, int y) => new(image.Pixels[(y * image.Width + x) * 3], image.Pixels[(y * image.Width + x) * 3 + 1], image.Pixels[(y * image.Width + x) * 3 + 2]);

    [Fact]
    public void Images_and_marks_lie_where_they_were_put()
    {
        using var drawing = new Drawing(40, 30);
        drawing.Image(new RgbImage(2, 1, [1, 2, 3, 4, 5, 6]), 5, 7);
        drawing.Fill(20, 20, 3, 2, Red);
        drawing.Dot(30, 10, 4, Red, 1);
        drawing.Within(0, 0, 10, 30, () => drawing.Line(0, 15.5, 40, 15.5, Red, 1, 1));
        var image = drawing.ToImage();
        Assert.Equal((40, 30), (image.Width, image.Height));
        Assert.Equal((new Rgb(1, 2, 3), new Rgb(4, 5, 6), White), (At(image, 5, 7), At(image, 6, 7), At(image, 7, 7)));
        Assert.Equal((Red, Red, White), (At(image, 20, 20), At(image, 22, 21), At(image, 23, 21)));
        Assert.Equal((Red, White), (At(image, 30, 10), At(image, 35, 10)));
        Assert.Equal((Red, White, White), (At(image, 5, 15), At(image, 12, 15), At(image, 5, 17)));
        Assert.Contains(Enumerable.Range(25, 10).Select(x => At(image, x, 7)), c => c != White && c != Red); // smooth edges
    }

    [Fact]
    public void Marks_can_be_seen_through_and_texts_need_no_font()
    {
        using var drawing = new Drawing(60, 20);
        drawing.Dot(50, 10, 5, Red, 0.5);
        drawing.Frame(30, 5, 8, 8, Red, 1, 2);
        drawing.Text("I", 0, 0, 2);
        var image = drawing.ToImage();
        Assert.InRange(At(image, 50, 10).G, 126, 129);
        Assert.Equal((Red, White), (At(image, 30, 8), At(image, 34, 9)));
        Assert.True(image.Pixels.Count(p => p == 40) > 20);
    }

    [Fact]
    public void A_sheet_beyond_memory_is_an_error() =>
        Assert.StartsWith("A picture of 100000 x 100000 pixels is too large for one image; show less in it.", Assert.Throws<ArgumentException>(() => new Drawing(100000, 100000)).Message);
}
