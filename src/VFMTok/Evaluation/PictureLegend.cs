using VFMTok.Imaging;

namespace VFMTok.Evaluation;

/// <summary>What stands under a picture: marks and what they mean, in as many rows as they need.</summary>
internal sealed class PictureLegend
{
    private const int TextScale = 2, RowHeight = 24, Gap = 8, MarkGap = 6;

    private readonly List<(string Text, int MarkWidth, Action<Drawing, double, double>? Draw)> _items = [];

    /// <summary>Adds a text, with a mark before it or none.</summary>
    /// <param name="text">What <see cref="PixelFont"/> can write.</param>
    /// <param name="markWidth">Pixels that the mark takes.</param>
    /// <param name="draw">Draws the mark; gets its left edge and its middle line.</param>
    public PictureLegend With(string text, int markWidth = 0, Action<Drawing, double, double>? draw = null)
    {
        _items.Add((text, markWidth, draw));
        return this;
    }

    /// <summary>A dot as a mark.</summary>
    public PictureLegend WithDot(string text, Rgb color, double radius) => With(text, 14, (drawing, x, y) => drawing.Dot(x + 7, y, radius, color, 1));

    /// <summary>Width of a text.</summary>
    public static int WidthOf(string text) => text.Length * PixelFont.Advance * TextScale;

    /// <summary>Pixels that the legend takes below a picture of a width.</summary>
    public int Height(int width) => (Places(width).LastOrDefault().Row + 1) * RowHeight + Gap;

    public void Draw(Drawing drawing, int top, int width)
    {
        foreach (var ((text, markWidth, draw), (left, row)) in _items.Zip(Places(width)))
        {
            var middle = top + Gap / 2 + row * RowHeight + RowHeight / 2;
            draw?.Invoke(drawing, left, middle);
            drawing.Text(text, left + markWidth + (markWidth > 0 ? MarkGap : 0), middle - PixelFont.Height * TextScale / 2, TextScale);
        }
    }

    private IEnumerable<(int Left, int Row)> Places(int width)
    {
        var (left, row) = (Gap, 0);
        foreach (var (text, markWidth, _) in _items)
        {
            var taken = markWidth + MarkGap + WidthOf(text) + Gap;
            if (left > Gap && left + taken > width) (left, row) = (Gap, row + 1);
            yield return (left, row);
            left += taken + Gap;
        }
    }
}
