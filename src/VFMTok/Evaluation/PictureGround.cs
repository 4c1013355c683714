using VFMTok.Imaging;
using VFMTok.Tokenizer;

namespace VFMTok.Evaluation;

/// <summary>The image, enlarged and dimmed, on a dark mat: points outside of the image lie there.</summary>
internal sealed class PictureGround
{
    private static readonly Rgb Night = new(16, 16, 20);

    private readonly RgbImage _image;
    private readonly RgbImage _dimmed;
    private readonly double _zoom;

    /// <param name="image">What the tokenizer saw.</param>
    /// <param name="attention">Where it looked.</param>
    /// <param name="least">Side that the image is enlarged to at least, by a whole factor.</param>
    /// <exception cref="ArgumentException">The image has another size.</exception>
    public PictureGround(RgbImage image, SlotAttention attention, int least)
    {
        var size = attention.Config.ImageSize;
        if (image.Width != size || image.Height != size)
            throw new ArgumentException($"The image has {image.Width} x {image.Height} pixels and the tokenizer saw {size} x {size}; give the one that it saw.", nameof(image));
        Side = size * ((least + size - 1) / size);
        _zoom = Side / (double)size;
        _image = Side == size ? image : PillowResampling.Resize(image, Side, Side, ResamplingFilter.Bicubic);
        _dimmed = new RgbImage(Side, Side, Dim(_image.Pixels));
    }

    /// <summary>Of the image, in pixels of the picture.</summary>
    public int Side { get; }
    /// <summary>With the mat.</summary>
    public int Full => Side + 2 * Mat;

    private int Mat => Side / 8;

    /// <summary>Pixels of the image to pixels of the picture.</summary>
    public (double X, double Y) Place((double X, double Y) at) => (Mat + at.X * _zoom, Mat + at.Y * _zoom);

    public void Draw(Drawing drawing, int left, int top)
    {
        drawing.Fill(left, top, Full, Full, Night);
        drawing.Image(_dimmed, left + Mat, top + Mat);
    }

    /// <summary>The image in colours of a pixel's place (x and y in [0, 1]) and its light, from 0 (the darkest of the image) to 1 (the brightest).</summary>
    public RgbImage Painted(Func<double, double, double, Rgb> color)
    {
        var (pixels, greys) = (new byte[_image.Pixels.Length], new float[Side * Side]);
        for (var i = 0; i < greys.Length; i++) greys[i] = (float)Grey(_image.Pixels, 3 * i);
        var (dark, range) = (greys.Min(), Math.Max(greys.Max() - greys.Min(), 1));
        for (var i = 0; i < greys.Length; i++)
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = color((i % Side + 0.5) / Side, (i / Side + 0.5) / Side, (greys[i] - dark) / range);
        return new RgbImage(Side, Side, pixels);
    }

    // Less light and half the colour, so that the marks stand out.
    private static byte[] Dim(byte[] pixels)
    {
        var dimmed = new byte[pixels.Length];
        for (var i = 0; i < pixels.Length; i++) dimmed[i] = (byte)(0.6 * (0.5 * pixels[i] + 0.5 * Grey(pixels, i / 3 * 3)));
        return dimmed;
    }

    private static double Grey(byte[] pixels, int i) => 0.299 * pixels[i] + 0.587 * pixels[i + 1] + 0.114 * pixels[i + 2];
}
