using VFMTok.Imaging;
using VFMTok.Tests.Imaging;
using VFMTok.Tests.Shared;
using VFMTok.Training;

namespace VFMTok.Tests.Training.Data;

public sealed class FolderImagesTests : IDisposable
{
    private static readonly TokenizerTrainingOptions Training = new();

    private readonly string _folder = Directory.CreateTempSubdirectory("vfmtok").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Small_sets_are_checked_and_kept_before_training_starts()
    {
        Pictures("a", 3);
        var (empty, html) = (Broken("a/5.png", []), Broken("b/0.png", "<html>"u8.ToArray()));
        var warnings = new List<string>();
        using var images = TrainingImages.FromFolder(_folder, Training, warn: warnings.Add);
        Assert.Equal(3, images.Count);
        Assert.True(images.AreDecoded);
        Assert.Equal([$"'{empty}' is empty; replace or remove it.", $"'{html}' is no image; allowed are JPEG, PNG, WebP, BMP and GIF.", "2 of 5 images cannot be decoded and are left out."], warnings);
        Directory.Delete(Path.Combine(_folder, "a"), recursive: true);
        for (var i = 0; i < 3; i++) Assert.Equal(Crops.CenterCrop(Picture(i), 64).Pixels, Read(images, i, null)); // from memory
    }

    [Fact]
    public void Larger_sets_are_decoded_when_they_are_needed()
    {
        Pictures("a", 3);
        var broken = Broken("a/1.png", []);
        using var images = TrainingImages.FromFolder(_folder, Training, new TrainingImagesOptions { VerifyBytes = 0 }, _ => Assert.Fail("nothing was decoded yet"));
        Assert.Equal(3, images.Count);
        Assert.False(images.AreDecoded);
        Read(images, 0, null);
        Assert.Equal($"'{broken}' is empty; replace or remove it.", Assert.Throws<InvalidImageException>(() => Read(images, 1, null)).Message);
        Read(images, 2, null);
        Assert.False(images.AreDecoded);
    }

    [Fact]
    public void The_bound_counts_the_bytes_of_the_files()
    {
        Pictures("a", 2);
        var bytes = Directory.GetFiles(Path.Combine(_folder, "a")).Sum(f => new FileInfo(f).Length);
        using var below = TrainingImages.FromFolder(_folder, Training, new TrainingImagesOptions { VerifyBytes = bytes - 1 });
        using var at = TrainingImages.FromFolder(_folder, Training, new TrainingImagesOptions { VerifyBytes = bytes });
        Assert.Equal((false, true), (below.AreDecoded, at.AreDecoded));
    }

    [Fact]
    public void What_does_not_fit_into_memory_is_decoded_again()
    {
        Pictures("a", 3);
        using var images = TrainingImages.FromFolder(_folder, Training, new TrainingImagesOptions { CacheBytes = Picture(0).Pixels.Length + 10 });
        Assert.False(images.AreDecoded);
        foreach (var i in new[] { 0, 1, 2, 2, 1, 0 }) Assert.Equal(Crops.CenterCrop(Picture(i), 64).Pixels, Read(images, i, null));
    }

    [Fact]
    public void Crops_are_drawn_as_in_the_reference_scale_then_rows_then_columns_then_flip()
    {
        Pictures("a", 1);
        using var images = TrainingImages.FromFolder(_folder, Training);
        var flips = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var crop = Crops.RandomCrop(Picture(0), 64, random, 0.8);
            var flip = random.NextDouble() < 0.5;
            flips += flip ? 1 : 0;
            Assert.Equal((flip ? Crops.FlipHorizontal(crop) : crop).Pixels, Read(images, 0, new Random(seed)));
        }
        Assert.InRange(flips, 1, 19);
        using var plain = TrainingImages.FromFolder(_folder, new TokenizerTrainingOptions { Flip = false, MinimumCrop = 1 });
        Assert.Equal(Crops.RandomCrop(Picture(0), 64, new Random(3), 1).Pixels, Read(plain, 0, new Random(3)));
    }

    [Fact]
    public void Nothing_but_broken_files_is_one_error()
    {
        var path = Broken("a/0.png", []);
        var error = Assert.Throws<ArgumentException>(() => TrainingImages.FromFolder(_folder, Training));
        Assert.StartsWith($"None of the 1 images can be decoded, the first one because: '{path}' is empty; replace or remove it.", error.Message);
        Assert.StartsWith("There is no folder 'nowhere'", Assert.Throws<ArgumentException>(() => TrainingImages.FromFolder("nowhere", Training)).Message);
    }

    [Fact]
    public void A_check_can_be_cancelled()
    {
        Pictures("a", 2);
        Assert.ThrowsAny<OperationCanceledException>(() => TrainingImages.FromFolder(_folder, Training, cancellation: new CancellationToken(true)));
    }

    [Fact]
    public void The_fingerprint_tells_sets_apart_wherever_they_lie()
    {
        Pictures("here/a", 3);
        Pictures("there/deep/a", 3);
        string Of(string folder)
        {
            using var images = TrainingImages.FromFolder(Path.Combine(_folder, folder), Training);
            return images.Fingerprint;
        }
        var before = Of("here");
        Assert.StartsWith("3 images, ", before);
        Assert.Equal(before, Of("there"));
        ImageWriter.SavePng(CropsTests.Synthetic(90, 91), Path.Combine(_folder, "here/a/1.png"));
        var changed = Of("here"); // another length
        File.Move(Path.Combine(_folder, "there/deep/a/1.png"), Path.Combine(_folder, "there/deep/a/4.png"));
        Assert.Equal(3, new HashSet<string> { before, changed, Of("there") }.Count);
    }

    [Fact]
    public void Samples_of_lmdb_files_may_stand_among_the_paths()
    {
        Pictures("a", 2);
        new LmdbWriter().WriteSet(Path.Combine(_folder, "set"), [Pickles.Of(File.ReadAllBytes(Path.Combine(_folder, "a/1.png")), 5)]);
        var address = $"lmdb:{Path.Combine(_folder, "set")}#0";
        foreach (var verify in new[] { 0L, 1 << 20 })
        {
            using var images = new FolderImages([Path.Combine(_folder, "a/0.png"), address], Training, new TrainingImagesOptions { VerifyBytes = verify }, null, default);
            Assert.Equal(Crops.CenterCrop(Picture(1), 64).Pixels, Read(images, 1, null));
        }
    }

    private static RgbImage Picture(int index) => CropsTests.Synthetic(90 + index, 80);

    private static byte[] Read(ITrainingImages images, int index, Random? augmentation)
    {
        var rgb = new byte[64 * 64 * 3];
        images.Read(index, 64, augmentation, rgb);
        return rgb;
    }

    private void Pictures(string folder, int count)
    {
        var target = Directory.CreateDirectory(Path.Combine(_folder, folder)).FullName;
        for (var i = 0; i < count; i++) ImageWriter.SavePng(Picture(i), Path.Combine(target, $"{i}.png"));
    }

    private string Broken(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
