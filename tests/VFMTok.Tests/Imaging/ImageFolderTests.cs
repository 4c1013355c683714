using VFMTok.Imaging;

namespace VFMTok.Tests.Imaging;

public sealed class ImageFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vfmtok").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Classes_are_the_sub_folders_in_ordinal_order()
    {
        foreach (var file in new[] { "b/2.JPG", "b/10.png", "B/x.webp", "a/deep/y.gif", "a/notes.txt", ".hidden/z.png", "a/.z.png" }) Picture(file);
        Assert.Equal(["B/x.webp B", "a/deep/y.gif a", "b/10.png b", "b/2.JPG b"],
            ImageFolder.Find(_folder).Select(i => $"{Path.GetRelativePath(_folder, i.Path).Replace('\\', '/')} {i.Label}"));
    }

    [Fact]
    public void Images_without_a_class_folder_have_the_name_of_the_folder()
    {
        Picture("shoes/1.bmp");
        foreach (var end in new[] { "", "/" })
            Assert.Equal("shoes", Assert.Single(ImageFolder.Find(Path.Combine(_folder, "shoes") + end)).Label);
    }

    [SkippableFact]
    public void Links_are_followed_as_class_folders_and_never_in_circles()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege there");
        Picture("set/a/1.png");
        Picture("elsewhere/2.png");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "set", "b"), Path.Combine(_folder, "elsewhere"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "set", "a", "again"), Path.Combine(_folder, "set"));
        Assert.Equal(["a", "b"], ImageFolder.Find(Path.Combine(_folder, "set")).Select(i => i.Label));
    }

    [Fact]
    public void A_folder_that_cannot_serve_is_named()
    {
        var file = Picture("a.png");
        var empty = Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName;
        Fails($"'{file}' is a file; give the folder that holds a folder of images for each class.", file);
        Fails("There is no folder 'nowhere'; give one that holds a folder of images for each class.", "nowhere");
        Fails($"There are no images in '{empty}'; give a folder with .jpg, .jpeg, .png, .webp, .bmp, .gif files.", empty);

        static void Fails(string expected, string folder) => Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => ImageFolder.Find(folder)).Message);
    }

    [Fact]
    public void Broken_files_are_left_out_with_one_warning_each_and_their_number()
    {
        ImageWriter.SavePng(CropsTests.Synthetic(3, 2), Path.Combine(_folder, "b.png"));
        var (first, last) = (Picture("a.png"), Picture("c.png"));
        var warnings = new List<string>();
        var sound = ImageFolder.Check(ImageFolder.Find(_folder), warnings.Add);
        Assert.Equal("b.png", Path.GetFileName(Assert.Single(sound).Path));
        Assert.Equal([$"'{first}' is empty; replace or remove it.", $"'{last}' is empty; replace or remove it.", "2 of 3 images cannot be decoded and are left out."], warnings);
    }

    [Fact]
    public void Nothing_but_broken_files_is_an_error()
    {
        var path = Picture("a.png");
        var error = Assert.Throws<ArgumentException>(() => ImageFolder.Check(ImageFolder.Find(_folder), _ => { }));
        Assert.StartsWith($"None of the 1 images can be decoded, the first one because: '{path}' is empty; replace or remove it.", error.Message);
    }

    // An empty file: found by its name, broken when decoded.
    private string Picture(string name)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, []);
        return path;
    }
}
