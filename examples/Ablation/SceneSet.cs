using SkiaSharp;
using VFMTok.Examples.Drawing;
using VFMTok.Imaging;

namespace VFMTok.Examples.Ablation;

/// <summary>A harder set, of things that compose: a large object (its shape and colour are the class) with a texture, at a place, and a small second object of any shape and colour at another place.</summary>
internal static class SceneSet
{
    private const int Side = 64, Places = 9;

    private static readonly (string Name, Func<SKPath> Outline)[] Kinds =
        [("disc", () => Shapes.Ellipse()), ("square", () => Shapes.Rectangle()), ("star", () => Shapes.Star(5, 0.42f)), ("cross", () => Shapes.Cross(0.34f))];

    private static readonly (string Name, SKColor Colour)[] Colours =
        [("red", new(0xFFC62828)), ("navy", new(0xFF1A237E)), ("teal", new(0xFF26A69A)), ("yellow", new(0xFFFBC02D))];

    private static readonly SKColor[] Grounds = [new(0xFFFFF8E1), new(0xFFE3F2FD), new(0xFFECEFF1), new(0xFFD7CCC8)];

    /// <summary>The classes: 4 colours x 4 shapes.</summary>
    public static IReadOnlyList<string> Classes { get; } = [.. Colours.SelectMany(c => Kinds.Select(k => $"{c.Name}-{k.Name}"))];

    /// <summary>Draws an image of a class. Texture (plain, striped, dotted), place and size of the object, the second object and the ground follow from the random numbers.</summary>
    public static RgbImage Draw(int label, Random random)
    {
        using var surface = SKSurface.Create(new SKImageInfo(Side, Side, SKColorType.Rgba8888, SKAlphaType.Premul));
        var canvas = surface.Canvas;
        canvas.Clear(Grounds[random.Next(Grounds.Length)]);
        var place = random.Next(Places);
        var other = (place + 1 + random.Next(Places - 1)) % Places;
        Object(canvas, random, random.Next(Kinds.Length), random.Next(Colours.Length), other, Between(random, 6, 8));   // first: the large one may cover a part of it
        Object(canvas, random, label % Kinds.Length, label / Kinds.Length, place, Between(random, 14, 18));
        using var pixels = surface.PeekPixels();
        return RgbImage.FromPremultiplied(Side, Side, pixels.GetPixelSpan(), blueFirst: false);
    }

    // Places are the cells of 3 x 3; objects stay inside of the image.
    private static void Object(SKCanvas canvas, Random random, int kind, int colour, int place, float radius)
    {
        float Along(int cell) => Math.Clamp(Side * (cell + Between(random, 0.3f, 0.7f)) / 3f, radius + 1, Side - radius - 1);
        using var outline = Kinds[kind].Outline();
        using var paint = new SKPaint { IsAntialias = true, Color = Colours[colour].Colour };
        canvas.Save();
        canvas.Translate(Along(place % 3), Along(place / 3));
        canvas.RotateDegrees(Between(random, -15, 15));
        canvas.Scale(radius);
        canvas.DrawPath(outline, paint);
        Texture(canvas, outline, random.Next(3));
        canvas.Restore();
    }

    private static void Texture(SKCanvas canvas, SKPath outline, int texture)
    {
        if (texture == 0) return;
        using var light = new SKPaint { IsAntialias = true, Color = new SKColor(255, 255, 255, 200) };
        canvas.ClipPath(outline, antialias: true);
        for (var y = -2; y <= 2; y++)
            if (texture == 1) canvas.DrawRect(-1, y * 0.45f - 0.09f, 2, 0.18f, light);
            else for (var x = -2; x <= 2; x++) canvas.DrawCircle(x * 0.45f, y * 0.45f, 0.13f, light);
    }

    private static float Between(Random random, float low, float high) => low + random.NextSingle() * (high - low);
}
