using Microsoft.ML.Data;
using SkiaSharp;
using VFMTok.Examples.Drawing;

namespace VFMTok.Benchmarks;

/// <summary>Pictures with about as much detail as photographs: shading, overlapping shapes and grain, so that a JPEG of them has about a bit a pixel. The same for the same seed.</summary>
internal static class Photos
{
    /// <summary>RGBA bytes, opaque.</summary>
    public static byte[] Pixels(int seed, int width, int height)
    {
        using var bitmap = Draw(seed, width, height);
        return bitmap.Bytes;
    }

    /// <summary>An image of ML.NET.</summary>
    public static MLImage Image(int seed, int width, int height) => MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, Pixels(seed, width, height));

    /// <summary>Writes JPEG files of quality 90.</summary>
    /// <returns>Their paths.</returns>
    public static string[] Write(string folder, int count, Func<int, (int Width, int Height)> size)
    {
        Directory.CreateDirectory(folder);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            using var bitmap = Draw(i, size(i).Width, size(i).Height);
            using var encoded = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
            var path = Path.Combine(folder, $"{i:0000}.jpg");
            using var file = File.Create(path);
            encoded.SaveTo(file);
            return path;
        })];
    }

    private static SKBitmap Draw(int seed, int width, int height)
    {
        var random = new Random(seed);
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(bitmap);
        SKColor Color() => new((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
        using var sky = SKShader.CreateLinearGradient(new(0, 0), new(width, height), [Color(), Color(), Color()], null, SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = sky, IsAntialias = true };
        canvas.DrawPaint(paint);
        for (var i = 0; i < 12; i++)
        {
            using var shade = SKShader.CreateLinearGradient(new(0, 0), new(0, 1), [Color(), Color()], null, SKShaderTileMode.Clamp);
            paint.Shader = shade;
            canvas.Save();
            canvas.Translate(random.Next(width), random.Next(height));
            canvas.RotateDegrees(random.Next(360));
            var side = Math.Min(width, height) * (0.1f + 0.3f * random.NextSingle());
            canvas.Scale(side, side);
            using var outline = i % 2 == 0 ? Shapes.Ellipse() : Shapes.Star(5 + i, 0.4f);
            canvas.DrawPath(outline, paint);
            canvas.Restore();
        }
        using var grain = SKShader.CreatePerlinNoiseTurbulence(0.3f, 0.3f, 3, seed);
        paint.Shader = grain;
        paint.Color = new SKColor(255, 255, 255, 70);
        canvas.DrawPaint(paint);
        return bitmap;
    }
}
