using VFMTok.Imaging;

namespace VFMTok.Tests.Imaging;

public sealed class ImageWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vfmtok").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_written_picture_reads_back_the_same_and_replaces_the_old_one()
    {
        var path = Path.Combine(_folder, "a.png");
        File.WriteAllText(path, "old");
        var image = CropsTests.Synthetic(13, 7);
        ImageWriter.SavePng(image, path);
        Assert.Equal(image.Pixels, ImageDecoder.Decode(path, ImageDecodingOptions.Reference).Pixels);
        Assert.Equal([path], Directory.GetFiles(_folder)); // no temporary file stays
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var path = Path.Combine(_folder, "nowhere", "a.png");
        var error = Assert.Throws<IOException>(() => ImageWriter.SavePng(CropsTests.Synthetic(2, 2), path));
        Assert.StartsWith($"'{path}' cannot be written (", error.Message);
        Assert.EndsWith("choose a folder that exists, that you may write to and that has room.", error.Message);
    }
}
