using Microsoft.ML;
using VFMTok.ML.Tests.Components;
using VFMTok.Training;

namespace VFMTok.ML.Tests.VfmTokenize;

public sealed class ColumnImagesTests : IDisposable
{
    private static readonly TokenizerTrainingOptions Training = new();

    private readonly MLContext _ml = new(seed: 1);
    private readonly PictureFolder _pictures = new(3);

    public void Dispose() => _pictures.Dispose();

    [Fact]
    public void Paths_and_images_give_the_same_crops()
    {
        var data = _ml.Transforms.LoadImages("Image", "", "Path").Fit(_pictures.Rows(_ml)).Transform(_pictures.Rows(_ml));
        using var paths = ColumnImages.Read(data, "Path", Training, Assert.Fail);
        using var images = ColumnImages.Read(data, "Image", Training, Assert.Fail);
        Assert.Equal((3, 3), (paths.Count, images.Count));
        Assert.True(paths.AreDecoded && images.AreDecoded);
        var (first, second) = (new byte[64 * 64 * 3], new byte[64 * 64 * 3]);
        for (var i = 0; i < 3; i++)
        {
            paths.Read(i, 64, new Random(i), first);
            images.Read(i, 64, new Random(i), second);
            Assert.Equal(first, second);
        }
    }

    [Fact]
    public void Missing_paths_are_passed_over_and_broken_files_named()
    {
        File.WriteAllText(_pictures.PathOf(1), "<html>");
        var rows = _ml.Data.LoadFromEnumerable(new[] { "", _pictures.PathOf(0), _pictures.PathOf(1), null!, _pictures.PathOf(2) }.Select(p => new PictureRow { Path = p }));
        var warnings = new List<string>();
        using var images = ColumnImages.Read(rows, "Path", Training, warnings.Add);
        Assert.Equal(2, images.Count);
        Assert.Equal([$"'{_pictures.PathOf(1)}' is no image; allowed are JPEG, PNG, WebP, BMP and GIF.", "1 of 3 images cannot be decoded and is left out."], warnings);
    }

    [Fact]
    public void A_column_without_images_is_one_error()
    {
        var rows = _ml.Data.LoadFromEnumerable(new[] { new PictureRow() });
        Assert.Equal("Column 'Path' holds no image to train on; give data with at least one.", Assert.Throws<ArgumentException>(() => ColumnImages.Read(rows, "Path", Training, Assert.Fail)).Message);
    }
}
