using SkiaSharp;

namespace VFMTok.Examples.Drawing;

/// <summary>Draws an endless, reproducible stream of varied pictures without labels. Safe to call from many threads.</summary>
internal static class ProceduralImages
{
    private const int KindCount = 16;

    /// <summary>Draws picture <paramref name="index"/> of the stream <paramref name="seed"/>.</summary>
    /// <param name="size">Side in pixels, 8 to 1024.</param>
    /// <returns>Interleaved RGB bytes, size * size * 3.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of range.</exception>
    public static byte[] Draw(long index, int seed, int size = 96)
    {
        if (size is < 8 or > 1024)
        {
            throw new ArgumentOutOfRangeException(nameof(size), $"size is {size}; give 8 to 1024 pixels.");
        }

        var random = new Random(HashSeed(index, seed));
        using var bitmap = new SKBitmap(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Premul));
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Scale(size);
            if (random.Next(3) != 0)
            {
                DrawSimple(canvas, random);
            }
            else
            {
                DrawScene(canvas, random);
            }
        }

        var rgb = new byte[size * size * 3];
        var rgba = bitmap.GetPixelSpan();
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3)
        {
            rgba.Slice(from, 3).CopyTo(rgb.AsSpan(to));
        }

        return rgb;
    }

    // Up to four small shapes and a large one on top, on any ground.
    private static void DrawScene(SKCanvas canvas, Random random)
    {
        DrawBackground(canvas, random);
        for (var count = random.Next(5); count > 0; count--)
        {
            DrawShape(canvas, random, random.Next(KindCount), AnyHue(random), Between(random, 0.06f, 0.24f), 1f);
        }

        DrawShape(canvas, random, random.Next(KindCount), AnyHue(random), Between(random, 0.26f, 0.45f), 0.3f);
    }

    // One shape on a plain or softly shaded ground that contrasts with it.
    private static void DrawSimple(SKCanvas canvas, Random random)
    {
        SKColor ground, other, shape;
        do
        {
            (ground, shape) = (AnyColor(random), AnyColor(random));
        }
        while (Math.Abs(Luma(ground) - Luma(shape)) < 60);
        do
        {
            other = random.Next(2) == 0 ? ground : AnyColor(random);
        }
        while (Math.Abs(Luma(ground) - Luma(other)) > 40);
        using (var shader = SKShader.CreateLinearGradient(new SKPoint(0, random.NextSingle()), new SKPoint(1, random.NextSingle()), [ground, other], SKShaderTileMode.Clamp))
        using (var paint = new SKPaint { Shader = shader })
        {
            canvas.DrawPaint(paint);
        }
        DrawShape(canvas, random, random.Next(KindCount), shape, Between(random, 0.26f, 0.45f), 0.3f);
    }

    private static float Luma(SKColor c) => (0.299f * c.Red) + (0.587f * c.Green) + (0.114f * c.Blue);

    private static void DrawBackground(SKCanvas canvas, Random random)
    {
        using var paint = new SKPaint();
        SKColor[] colors = [AnyColor(random), AnyColor(random)];
        var from = new SKPoint(random.NextSingle(), random.NextSingle());
        using var gradient = random.Next(2) == 0
            ? SKShader.CreateLinearGradient(from, new SKPoint(1f - from.X, 1.1f - from.Y), colors, SKShaderTileMode.Mirror)
            : SKShader.CreateRadialGradient(from, Between(random, 0.4f, 1.2f), colors, SKShaderTileMode.Mirror);
        paint.Shader = gradient;
        canvas.DrawPaint(paint);
        if (random.Next(3) == 0)
        {
            var frequency = Between(random, 2f, 8f);
            using var noise = SKShader.CreatePerlinNoiseFractalNoise(frequency, frequency, 2, random.Next(1000));
            paint.Shader = noise;
            paint.Color = SKColors.White.WithAlpha((byte)random.Next(80, 200));
            canvas.DrawPaint(paint);
        }
    }

    private static void DrawShape(SKCanvas canvas, Random random, int kind, SKColor color, float radius, float spread)
    {
        using var path = Outline(kind, random);
        using var paint = new SKPaint
        {
            IsAntialias = true,
            Color = color,
        };
        // Kinds 13 and 15 are open lines.
        if (kind is 13 or 15)
        {
            paint.Style = SKPaintStyle.Stroke;
            paint.StrokeWidth = Between(random, 0.15f, 0.35f);
            paint.StrokeCap = SKStrokeCap.Round;
        }

        using var blur = random.Next(6) == 0 ? SKMaskFilter.CreateBlur(SKBlurStyle.Normal, Between(random, 0.05f, 0.12f)) : null;
        paint.MaskFilter = blur;
        using var restore = new SKAutoCanvasRestore(canvas);
        canvas.Translate(0.5f + Between(random, -spread / 2f, spread / 2f), 0.5f + Between(random, -spread / 2f, spread / 2f));
        canvas.RotateDegrees(random.Next(3) == 0 ? Between(random, 0f, 360f) : Between(random, -20f, 20f));
        canvas.Scale(radius);
        canvas.DrawPath(path, paint);
    }

    private static SKPath Outline(int kind, Random random) => kind switch
    {
        0 => Shapes.Ellipse(),
        1 => Shapes.Ellipse(Between(random, 0.35f, 0.7f)),
        2 => Shapes.Polygon(3),
        3 => Shapes.Rectangle(),
        4 => Shapes.Rectangle(Between(random, 0.3f, 0.65f)),
        5 => Shapes.Polygon(random.Next(5, 8)),
        6 => Shapes.Star(random.Next(4, 8), Between(random, 0.35f, 0.5f)),
        7 => Shapes.Ring(Between(random, 0.45f, 0.75f)),
        8 => Shapes.Cross(Between(random, 0.2f, 0.4f)),
        9 => Shapes.Crescent(),
        10 => Shapes.Heart(),
        11 => Shapes.Stripes(random.Next(2, 6)),
        12 => Shapes.Checker(random.Next(3, 6)),
        13 => Arc(random),
        14 => Blob(random),
        _ => Scribble(random),
    };

    private static SKPath Arc(Random random)
    {
        var path = new SKPath();
        path.AddArc(new SKRect(-0.9f, -0.9f, 0.9f, 0.9f), 0f, Between(random, 90f, 270f));
        return path;
    }

    private static SKPath Blob(Random random)
    {
        var points = new SKPoint[7];
        for (var i = 0; i < points.Length; i++)
        {
            var (sine, cosine) = MathF.SinCos(MathF.Tau * i / points.Length);
            var radius = Between(random, 0.5f, 1.1f);
            points[i] = new SKPoint(radius * cosine, radius * sine);
        }

        // Quadratics between midpoints, bent at the points, join smoothly.
        var path = new SKPath();
        path.MoveTo(Middle(points[^1], points[0]));
        for (var i = 0; i < points.Length; i++)
        {
            path.QuadTo(points[i], Middle(points[i], points[(i + 1) % points.Length]));
        }

        return path;
    }

    private static SKPath Scribble(Random random)
    {
        var path = new SKPath();
        for (var letter = 0; letter < 3; letter++)
        {
            var left = -0.9f + (letter * 0.65f);
            path.MoveTo(left, Between(random, -0.7f, 0.7f));
            for (var stroke = 0; stroke < 3; stroke++)
            {
                path.LineTo(left + Between(random, 0f, 0.5f), Between(random, -0.7f, 0.7f));
            }
        }

        return path;
    }

    private static SKPoint Middle(SKPoint a, SKPoint b) => new((a.X + b.X) / 2f, (a.Y + b.Y) / 2f);

    private static SKColor AnyHue(Random random) => SKColor.FromHsv(Between(random, 0f, 360f), Between(random, 55f, 100f), Between(random, 50f, 100f));

    private static SKColor AnyColor(Random random) =>
        SKColor.FromHsv(Between(random, 0f, 360f), Between(random, 0f, 90f), Between(random, 10f, 100f));

    private static float Between(Random random, float low, float high) => low + (random.NextSingle() * (high - low));

    private static int HashSeed(long index, int seed)
    {
        unchecked
        {
            var hash = ((ulong)index * 0x9E3779B97F4A7C15ul) ^ ((ulong)(uint)seed * 0xC2B2AE3D27D4EB4Ful);
            hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9ul;
            hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBul;
            return (int)((hash ^ (hash >> 31)) & 0x7FFFFFFF);
        }
    }
}
