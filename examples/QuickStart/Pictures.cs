using Microsoft.ML.Data;

namespace VFMTok.Examples.QuickStart;

/// <summary>Pictures of the results.</summary>
internal static class Pictures
{
    private const int Side = 64, Zoom = 2;

    /// <summary>RGB bytes of the middle of an image file, as the tokenizer sees it.</summary>
    public static byte[] Square(string path, int side) => Imaging.Crops.CenterCrop(Imaging.ImageDecoder.Decode(path), side).Pixels;

    /// <summary>RGB bytes of an opaque ML.NET image.</summary>
    public static byte[] Pixels(MLImage image)
    {
        var pixels = image.Pixels;
        var red = image.PixelFormat == MLPixelFormat.Bgra32 ? 2 : 0;
        var rgb = new byte[image.Width * image.Height * 3];
        for (var i = 0; i < rgb.Length / 3; i++)
            (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]) = (pixels[4 * i + red], pixels[4 * i + 1], pixels[4 * i + 2 - red]);
        return rgb;
    }

    /// <summary>One row per class: originals and, to the right of each, its reconstruction.</summary>
    public static void SavePairs(string path, IReadOnlyList<string> classes, Func<int, int, (byte[] Original, byte[] Reconstruction)> pair, int count) =>
        Save(path, classes, (c, column) => column % 2 == 0 ? pair(c, column / 2).Original : pair(c, column / 2).Reconstruction, 2 * count, pairs: true);

    /// <summary>One row per class.</summary>
    public static void SaveRows(string path, IReadOnlyList<string> classes, Func<int, int, byte[]> image, int count) => Save(path, classes, image, count, pairs: false);

    private static void Save(string path, IReadOnlyList<string> classes, Func<int, int, byte[]> image, int columns, bool pairs)
    {
        var cells = Enumerable.Range(0, classes.Count).Select(c => Enumerable.Range(0, columns).Select(i => new Imaging.RgbImage(Side, Side, image(c, i))).ToArray()).ToArray();
        Imaging.ImageWriter.SavePng(Imaging.ImageGrid.Compose(cells, classes, Zoom, groupColumns: pairs ? 2 : 1), path);
    }
}
