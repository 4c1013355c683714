using VFMTok.Imaging;

namespace VFMTok.Tests.Evaluation;

/// <summary>Pictures of smooth colour: varied, and the same for the same seed.</summary>
internal static class DrawnImages
{
    public static RgbImage[] Of(int count, int size = 64, int seed = 0) => [.. Enumerable.Range(0, count).Select(i => One(size, size, 1000 * seed + i))];

    public static RgbImage One(int width, int height, int seed)
    {
        var random = new Random(seed);
        var waves = Enumerable.Range(0, 9).Select(_ => (X: 12 * random.NextDouble() / width, Y: 12 * random.NextDouble() / height, Phase: 7 * random.NextDouble())).ToArray();
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i / 3 % width, i / 3 / width);
            pixels[i] = (byte)(127.5 + 40 * Enumerable.Range(0, 3).Sum(k => Math.Sin(waves[3 * (i % 3) + k].X * x + waves[3 * (i % 3) + k].Y * y + waves[3 * (i % 3) + k].Phase)));
        }
        return new RgbImage(width, height, pixels);
    }

    /// <summary>The image with one byte changed.</summary>
    public static RgbImage Changed(RgbImage image, int at = 0)
    {
        byte[] pixels = [.. image.Pixels];
        pixels[at] ^= 0x40;
        return new RgbImage(image.Width, image.Height, pixels);
    }
}
