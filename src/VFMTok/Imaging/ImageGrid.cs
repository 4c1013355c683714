namespace VFMTok.Imaging;

/// <summary>Pictures of many images, for people: one labelled row after the other.</summary>
public static class ImageGrid
{
    private const int Gap = 4, TextScale = 2;

    /// <summary>Composes a grid on white.</summary>
    /// <param name="rows">Images of each row; all of one size.</param>
    /// <param name="labels">Name of each row, or empty.</param>
    /// <param name="zoom">Enlargement of the images, 1 or more.</param>
    /// <param name="groupColumns">Columns that belong together stand close, such as 2 for original and reconstruction.</param>
    /// <exception cref="ArgumentException">There is no image, or the images differ in size.</exception>
    public static RgbImage Compose(IReadOnlyList<RgbImage[]> rows, IReadOnlyList<string> labels, int zoom = 1, int groupColumns = 1)
    {
        var all = rows.SelectMany(r => r).ToArray();
        if (all.Length == 0 || all.Any(i => i.Width != all[0].Width || i.Height != all[0].Height) || zoom < 1 || groupColumns < 1)
            throw new ArgumentException("A grid needs at least one image, images of one size, and a positive zoom and column group.", nameof(rows));
        var (cellWidth, cellHeight) = (all[0].Width * zoom, all[0].Height * zoom);
        var margin = labels.Count == 0 ? 0 : labels.Max(l => l.Length) * PixelFont.Advance * TextScale + 2 * Gap;
        var columns = rows.Max(r => r.Length);
        int Left(int column) => margin + Gap + column * (cellWidth + 1) + column / groupColumns * 2 * Gap;
        var width = Left(columns - 1) + cellWidth + Gap;
        var height = Gap + rows.Count * (cellHeight + Gap);
        if (3L * width * height > Array.MaxLength)
            throw new ArgumentException($"A grid of {width} x {height} pixels is too large for one image; show fewer images or a smaller zoom.", nameof(rows));
        var pixels = new byte[width * height * 3];
        pixels.AsSpan().Fill(255);
        for (var r = 0; r < rows.Count; r++)
        {
            var top = Gap + r * (cellHeight + Gap);
            if (r < labels.Count) PixelFont.Draw(pixels, width, labels[r], Gap, top + cellHeight / 2 - PixelFont.Height * TextScale / 2, TextScale);
            for (var c = 0; c < rows[r].Length; c++) Paste(rows[r][c], zoom, pixels, width, Left(c), top);
        }
        return new RgbImage(width, height, pixels);
    }

    private static void Paste(RgbImage image, int zoom, byte[] target, int width, int left, int top)
    {
        for (var y = 0; y < image.Height * zoom; y++)
            for (var x = 0; x < image.Width * zoom; x++)
                image.Pixels.AsSpan((y / zoom * image.Width + x / zoom) * 3, 3).CopyTo(target.AsSpan(((top + y) * width + left + x) * 3));
    }
}
