namespace VFMTok.Imaging;

/// <summary>A change of colours that treats every pixel alike: red, green and blue of the result are sums of the old ones plus a constant. Any number of them combine into one pass.</summary>
/// <remarks>Values are bytes; the result is rounded and clamped once, at the end.</remarks>
internal readonly struct ColorTransform
{
    private const float Red = 0.299f, Green = 0.587f, Blue = 0.114f; // luma, ITU-R BT.601

    private readonly float[] _m; // three rows of red, green, blue, constant

    private ColorTransform(params float[] m) => _m = m;

    /// <summary>Changes nothing.</summary>
    public static ColorTransform Identity { get; } = new(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);

    /// <summary>Dark becomes light and every hue its opposite.</summary>
    public static ColorTransform Invert { get; } = new(-1, 0, 0, 255, 0, -1, 0, 255, 0, 0, -1, 255);

    /// <summary>Scales towards or away from black.</summary>
    public static ColorTransform Brightness(double factor)
    {
        var f = (float)factor;
        return new(f, 0, 0, 0, 0, f, 0, 0, 0, 0, f, 0);
    }

    /// <summary>Scales towards or away from a level.</summary>
    /// <param name="factor">1 = unchanged, 0 = the level everywhere.</param>
    /// <param name="level">Usually the mean luma of the image.</param>
    public static ColorTransform Contrast(double factor, double level)
    {
        var (f, rest) = ((float)factor, (float)((1 - factor) * level));
        return new(f, 0, 0, rest, 0, f, 0, rest, 0, 0, f, rest);
    }

    /// <summary>Scales towards or away from grey.</summary>
    /// <param name="factor">1 = unchanged, 0 = grey.</param>
    public static ColorTransform Saturation(double factor)
    {
        var f = (float)factor;
        var (r, g, b) = ((1 - f) * Red, (1 - f) * Green, (1 - f) * Blue);
        return new(r + f, g, b, 0, r, g + f, b, 0, r, g, b + f, 0);
    }

    /// <summary>Turns every hue round the grey axis of the colour cube; greys stay.</summary>
    /// <param name="turn">1 = all the way round.</param>
    public static ColorTransform Hue(double turn)
    {
        var (sine, cosine) = Math.SinCos(2 * Math.PI * turn);
        var same = (float)(cosine + (1 - cosine) / 3);
        var (next, previous) = ((float)((1 - cosine) / 3 - Math.Sqrt(1.0 / 3) * sine), (float)((1 - cosine) / 3 + Math.Sqrt(1.0 / 3) * sine));
        return new(same, next, previous, 0, previous, same, next, 0, next, previous, same, 0);
    }

    /// <summary>This change, then another one.</summary>
    public ColorTransform Then(ColorTransform next)
    {
        var m = new float[12];
        for (var row = 0; row < 3; row++)
            for (var column = 0; column < 4; column++)
            {
                var sum = column == 3 ? next._m[4 * row + 3] : 0;
                for (var k = 0; k < 3; k++) sum += next._m[4 * row + k] * _m[4 * k + column];
                m[4 * row + column] = sum;
            }
        return new ColorTransform(m);
    }

    /// <summary>Changes an image in place.</summary>
    /// <param name="rgb">Three bytes per pixel.</param>
    public void Apply(Span<byte> rgb)
    {
        var m = _m;
        for (var i = 0; i + 2 < rgb.Length; i += 3)
        {
            float r = rgb[i], g = rgb[i + 1], b = rgb[i + 2];
            rgb[i] = Round(m[0] * r + m[1] * g + m[2] * b + m[3]);
            rgb[i + 1] = Round(m[4] * r + m[5] * g + m[6] * b + m[7]);
            rgb[i + 2] = Round(m[8] * r + m[9] * g + m[10] * b + m[11]);
        }

        static byte Round(float x) => (byte)(Math.Clamp(x, 0, 255) + 0.5f);
    }

    /// <summary>Mean luma of an image, 0 to 255.</summary>
    public static double MeanLuma(ReadOnlySpan<byte> rgb)
    {
        long r = 0, g = 0, b = 0;
        for (var i = 0; i + 2 < rgb.Length; i += 3)
        {
            r += rgb[i];
            g += rgb[i + 1];
            b += rgb[i + 2];
        }
        return (Red * r + Green * g + Blue * b) * 3.0 / rgb.Length;
    }
}
