using System.Globalization;
using SkiaSharp;
using VFMTok.Imaging;

namespace VFMTok.Examples.Drawing;

/// <summary>Draws a small labelled image set: ten shapes that only their outline tells apart.</summary>
internal static class ShapeSet
{
    private static readonly (string Name, Func<SKPath> Outline)[] Kinds =
    [
        ("checkerboard", () => Shapes.Checker(4)),
        ("circle", () => Shapes.Ellipse()),
        ("crescent", Shapes.Crescent),
        ("cross", () => Shapes.Cross(0.3f)),
        ("heart", Shapes.Heart),
        ("ring", () => Shapes.Ring(0.55f)),
        ("square", () => Shapes.Rectangle()),
        ("star", () => Shapes.Star(5, 0.42f)),
        ("stripes", () => Shapes.Stripes(3)),
        ("triangle", () => Shapes.Polygon(3)),
    ];

    // Saturated, dark to middle tones on light backgrounds: every pair contrasts.
    private static readonly uint[] Foregrounds =
        [0xFFC62828, 0xFF1565C0, 0xFF2E7D32, 0xFF6A1B9A, 0xFFAD1457, 0xFF00695C, 0xFF4E342E, 0xFF263238];

    private static readonly uint[] Backgrounds =
        [0xFFFFF8E1, 0xFFE3F2FD, 0xFFE8F5E9, 0xFFFCE4EC, 0xFFF3E5F5, 0xFFECEFF1];

    /// <summary>The class names, in alphabetical order.</summary>
    public static IReadOnlyList<string> Classes { get; } = Array.ConvertAll(Kinds, kind => kind.Name);

    /// <summary>Writes <c>folder/class/class-0000.png</c> and so on for every class.</summary>
    /// <param name="folder">The folder to write to; created when missing.</param>
    /// <param name="imagesPerClass">Images of each class, at least 1.</param>
    /// <param name="seed">Image i of a class depends on this, the class and i only.</param>
    /// <param name="size">Mean canvas side in pixels, 32 to 1024; sides vary from 3/4 to 4/3 of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count or size is out of range.</exception>
    public static void Write(string folder, int imagesPerClass, int seed, int size = 96)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (imagesPerClass < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(imagesPerClass), $"imagesPerClass is {imagesPerClass}; give 1 or more.");
        }

        if (size is < 32 or > 1024)
        {
            throw new ArgumentOutOfRangeException(nameof(size), $"size is {size}; give 32 to 1024 pixels.");
        }

        for (var kind = 0; kind < Kinds.Length; kind++)
        {
            var name = Kinds[kind].Name;
            var classFolder = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            using var outline = Kinds[kind].Outline();
            for (var index = 0; index < imagesPerClass; index++)
            {
                var file = name + "-" + index.ToString("D4", CultureInfo.InvariantCulture) + ".png";
                using var surface = Draw(outline, new Random(HashSeed(seed, kind, index)), size);
                using var image = surface.Snapshot();
                using var png = image.Encode(SKEncodedImageFormat.Png, 100);
                using var stream = File.Create(Path.Combine(classFolder, file));
                png.SaveTo(stream);
            }
        }
    }

    /// <summary>The image that <see cref="Write"/> writes.</summary>
    /// <param name="kind">Class, in the order of <see cref="Classes"/>.</param>
    /// <param name="index">Number of the image in its class.</param>
    /// <param name="seed">Seed of the set.</param>
    /// <param name="size">Mean canvas side in pixels.</param>
    public static RgbImage Draw(int kind, int index, int seed, int size = 96)
    {
        using var outline = Kinds[kind].Outline();
        using var surface = Draw(outline, new Random(HashSeed(seed, kind, index)), size);
        using var pixels = surface.PeekPixels();
        return RgbImage.FromPremultiplied(pixels.Width, pixels.Height, pixels.GetPixelSpan(), blueFirst: false);
    }

    private static SKSurface Draw(SKPath outline, Random random, int size)
    {
        var width = Side(random, size);
        var height = random.Next(2) == 0 ? width : Side(random, size);
        var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        var canvas = surface.Canvas;

        var first = new SKColor(Backgrounds[random.Next(Backgrounds.Length)]);
        var second = random.Next(2) == 0 ? first : new SKColor(Backgrounds[random.Next(Backgrounds.Length)]);
        using (var shader = SKShader.CreateLinearGradient(
            new SKPoint(0, 0), new SKPoint(width, height), [first, second], SKShaderTileMode.Clamp))
        using (var background = new SKPaint { Shader = shader })
        {
            canvas.DrawPaint(background);
        }

        // A centre crop keeps the short side, so the shape stays inside the central square.
        var side = Math.Min(width, height);
        var radius = side * Between(random, 0.28f, 0.42f);
        // cos 10° + sin 10° is below 1.16: a rotated square stays inside.
        var play = Math.Max(0f, (side / 2f) - (radius * 1.16f));
        canvas.Translate((width / 2f) + Between(random, -play, play), (height / 2f) + Between(random, -play, play));
        canvas.RotateDegrees(Between(random, -10f, 10f));
        canvas.Scale(radius);
        using var paint = new SKPaint { IsAntialias = true, Color = new SKColor(Foregrounds[random.Next(Foregrounds.Length)]) };
        canvas.DrawPath(outline, paint);
        return surface;
    }

    private static int Side(Random random, int size) => (int)MathF.Round(size * Between(random, 0.75f, 4f / 3f));

    private static float Between(Random random, float low, float high) => low + (random.NextSingle() * (high - low));

    private static int HashSeed(int seed, int kind, int index)
    {
        // HashCode is salted per process; this mix is the same everywhere.
        unchecked
        {
            var hash = ((uint)seed * 0x9E3779B1u) ^ ((uint)kind * 0x85EBCA6Bu) ^ ((uint)index * 0xC2B2AE35u);
            hash = (hash ^ (hash >> 15)) * 0x2C1B3C6Du;
            hash = (hash ^ (hash >> 12)) * 0x297A2D39u;
            return (int)((hash ^ (hash >> 15)) & 0x7FFFFFFF);
        }
    }
}
