using SkiaSharp;

namespace VFMTok.Imaging;

/// <summary>A white sheet for images, smooth lines and dots, and texts. Coordinates are in pixels from the upper left corner.</summary>
internal sealed class Drawing : IDisposable
{
    private readonly SKBitmap _bitmap;
    private readonly SKCanvas _canvas;
    private readonly SKPaint _paint = new() { IsAntialias = true };
    private readonly List<(string Text, int Left, int Top, int Scale)> _texts = []; // of dots, which Skia does not know

    /// <exception cref="ArgumentException">The sheet would be larger than memory can hold in one piece.</exception>
    public Drawing(long width, long height)
    {
        if (4 * width * height > Array.MaxLength) throw new ArgumentException($"A picture of {width} x {height} pixels is too large for one image; show less in it.");
        _bitmap = new SKBitmap(new SKImageInfo((int)width, (int)height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        _canvas = new SKCanvas(_bitmap);
        _canvas.Clear(SKColors.White);
    }

    public void Image(RgbImage image, int left, int top)
    {
        using var bitmap = ImageWriter.ToBitmap(image);
        _canvas.DrawBitmap(bitmap, left, top);
    }

    public void Fill(double left, double top, double width, double height, Rgb color)
    {
        Use(color, 1, SKPaintStyle.Fill, 0);
        _canvas.DrawRect(Rectangle(left, top, width, height), _paint);
    }

    public void Frame(double left, double top, double width, double height, Rgb color, double opacity, double thickness)
    {
        Use(color, opacity, SKPaintStyle.Stroke, thickness);
        _canvas.DrawRect(Rectangle(left, top, width, height), _paint);
    }

    public void Line(double fromX, double fromY, double toX, double toY, Rgb color, double opacity, double thickness)
    {
        Use(color, opacity, SKPaintStyle.Stroke, thickness);
        _canvas.DrawLine((float)fromX, (float)fromY, (float)toX, (float)toY, _paint);
    }

    public void Dot(double x, double y, double radius, Rgb color, double opacity)
    {
        Use(color, opacity, SKPaintStyle.Fill, 0);
        _canvas.DrawCircle((float)x, (float)y, (float)radius, _paint);
    }

    /// <summary>Small capitals of <see cref="PixelFont"/>; they must lie within the sheet.</summary>
    public void Text(string text, int left, int top, int scale) => _texts.Add((text, left, top, scale));

    /// <summary>Draws within a rectangle only.</summary>
    public void Within(double left, double top, double width, double height, Action draw)
    {
        _canvas.Save();
        _canvas.ClipRect(Rectangle(left, top, width, height));
        draw();
        _canvas.Restore();
    }

    public RgbImage ToImage()
    {
        _canvas.Flush();
        var image = RgbImage.FromPremultiplied(_bitmap.Width, _bitmap.Height, _bitmap.GetPixelSpan(), blueFirst: false);
        foreach (var (text, left, top, scale) in _texts) PixelFont.Draw(image.Pixels, image.Width, text, left, top, scale);
        return image;
    }

    public void Dispose()
    {
        _paint.Dispose();
        _canvas.Dispose();
        _bitmap.Dispose();
    }

    private void Use(Rgb color, double opacity, SKPaintStyle style, double thickness)
    {
        _paint.Color = new SKColor(color.R, color.G, color.B, (byte)Math.Round(255 * Math.Clamp(opacity, 0, 1)));
        (_paint.Style, _paint.StrokeWidth) = (style, (float)thickness);
    }

    private static SKRect Rectangle(double left, double top, double width, double height) => SKRect.Create((float)left, (float)top, (float)width, (float)height);
}
