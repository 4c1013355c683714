using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Imaging;
using VFMTok.ML.Tests.Components;

namespace VFMTok.ML.Tests.VfmEvaluate;

public class EvaluatedImagesTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Images_of_the_user_s_rows_live_on()
    {
        var rows = new[] { Pictures.Pair(1, 2), Pictures.Pair(3, 4) };
        var images = Read(_ml.Data.LoadFromEnumerable(rows), "Image");
        Assert.Equal([Pictures.Rgb(1).Pixels, Pictures.Rgb(3).Pixels], images.Select(i => i!.Pixels));
        Assert.Equal(64 * 64 * 4, rows[0].Image.Pixels.Length);
    }

    [Fact]
    public void Files_are_decoded_after_the_cursor_has_moved_on_and_missing_ones_are_told()
    {
        using var pictures = new PictureFolder(2);
        var rows = _ml.Data.LoadFromEnumerable(new[] { pictures.PathOf(0), "", pictures.PathOf(1) }.Select(p => new PictureRow { Path = p }));
        var images = Read(rows, "Path");
        Assert.Null(images[1]);
        Assert.Equal(ImageDecoder.Decode(pictures.PathOf(1)).Pixels, images[2]!.Pixels);
    }

    [Fact]
    public void A_step_may_reuse_or_free_what_it_handed_out()
    {
        using var pictures = new PictureFolder(3);
        var rows = pictures.Rows(_ml);
        var loaded = _ml.Transforms.LoadImages("Image", "", "Path").Append(_ml.Transforms.ResizeImages("Image", 32, 32)).Fit(rows).Transform(rows);
        var images = Read(loaded, "Image");
        Assert.Equal(3, images.Select(i => Convert.ToHexString(i!.Pixels)).Distinct().Count());
    }

    private static RgbImage?[] Read(IDataView data, string name)
    {
        var column = data.Schema[name];
        using var cursor = data.GetRowCursor([column]);
        var images = new EvaluatedImages(cursor, column);
        var read = new List<Func<RgbImage>?>();
        while (cursor.MoveNext()) read.Add(images.Read(i => i));
        return [.. read.Select(r => r?.Invoke())];
    }
}
