using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using VFMTok.ML.Tests.Components;

namespace VFMTok.ML.Tests.Data;

public sealed class VfmDataCatalogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vfmtok").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Broken_images_are_left_out_with_a_warning()
    {
        foreach (var name in new[] { "cat", "dog" })
        {
            Directory.CreateDirectory(Path.Combine(_folder, name));
            using var picture = TestModels.Picture(1);
            picture.Save(Path.Combine(_folder, name, "a.png"));
        }
        var broken = Path.Combine(_folder, "cat", "b.png");
        File.WriteAllText(broken, "<html>");
        var ml = new MLContext();
        var warnings = new List<string>();
        ml.Log += (_, e) => { if (e.Kind == ChannelMessageKind.Warning) warnings.Add(e.RawMessage); };
        var data = ml.Data.LoadFromVfmImageFolder(_folder);
        Assert.Equal(["cat", "dog"], data.GetColumn<string>("Label"));
        Assert.Equal([$"'{broken}' is no image; allowed are JPEG, PNG, WebP, BMP and GIF.", "1 of 3 images cannot be decoded and is left out."], warnings);
        Assert.Equal(3, ml.Data.LoadFromVfmImageFolder(_folder, new VfmImageFolderOptions { VerifyImages = false }).GetColumn<string>("Path").Count());
    }

    [Fact]
    public void A_folder_that_does_not_exist_or_is_empty_is_named()
    {
        var ml = new MLContext();
        var empty = Assert.Throws<ArgumentException>(() => ml.Data.LoadFromVfmImageFolder(_folder));
        Assert.StartsWith($"There are no images in '{_folder}'; give a folder with .jpg", empty.Message);
        var missing = Assert.Throws<ArgumentException>(() => ml.Data.LoadFromVfmImageFolder(_folder + "x"));
        Assert.StartsWith($"There is no folder '{_folder}x'; give one that holds a folder of images for each class.", missing.Message);
    }
}
