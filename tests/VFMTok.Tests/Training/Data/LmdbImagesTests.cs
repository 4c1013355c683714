using VFMTok.Imaging;
using VFMTok.Imaging.Lmdb;
using VFMTok.Tests.Imaging.Lmdb;
using VFMTok.Tests.Shared;
using VFMTok.Training;

namespace VFMTok.Tests.Training.Data;

public sealed class LmdbImagesTests : IDisposable
{
    private static readonly TokenizerTrainingOptions Training = new();

    private readonly string _folder = Directory.CreateTempSubdirectory("vfmtok").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public void Images_are_numbered_by_numpys_permutation(long cache)
    {
        LmdbFixtures.Unpack(LmdbFixtures.Version09, _folder);
        using var images = TrainingImages.FromLmdb(_folder, Training, new TrainingImagesOptions { CacheBytes = cache });
        var order = NumpyPermutation.Of(60, 43);
        for (var run = 0; run < 2; run++)
            for (var i = 0; i < 60; i++) Assert.Equal(Colour(order[i]), First(images, i));
        Assert.Equal(cache > 0, images.AreDecoded);
        using var straight = TrainingImages.FromLmdb(Path.Combine(_folder, "data.mdb"), Training, new TrainingImagesOptions { PermutationSeed = null });
        for (var i = 0; i < 60; i++) Assert.Equal(Colour(i), First(straight, i));
    }

    [Fact]
    public void The_fingerprint_tells_sets_and_orders_apart()
    {
        LmdbFixtures.Unpack(LmdbFixtures.Version09, Path.Combine(_folder, "a"));
        LmdbFixtures.Unpack(LmdbFixtures.Version10, Path.Combine(_folder, "b")); // the same samples
        string Of(string name, uint? seed = 43)
        {
            using var images = TrainingImages.FromLmdb(Path.Combine(_folder, name), Training, new TrainingImagesOptions { PermutationSeed = seed });
            return images.Fingerprint;
        }
        Assert.Equal(Of("a"), Of("b"));
        using var set = new LmdbImageSet(Path.Combine(_folder, "a"));
        new LmdbWriter().WriteSet(Path.Combine(_folder, "c"), [.. Enumerable.Range(0, 60).Select(i => Pickles.Of(set.Read(i).Image, 1))]);
        Assert.Equal(4, new HashSet<string> { Of("a"), Of("a", 44), Of("a", null), Of("c") }.Count);
    }

    [Fact]
    public void Broken_samples_are_replaced_in_training()
    {
        LmdbFixtures.Unpack(LmdbFixtures.Version09, Path.Combine(_folder, "a"));
        using (var set = new LmdbImageSet(Path.Combine(_folder, "a")))
            new LmdbWriter().WriteSet(_folder, [Pickles.Of(set.Read(7).Image, 0), [1, 2], Pickles.Of([1, 2, 3], 0)]);
        var warnings = new List<string>();
        using var images = TrainingImages.FromLmdb(_folder, Training);
        Assert.EndsWith("3 images, ", images.Fingerprint[..10]);
        using var batches = new TrainingBatches(images, 64, 2, 1, new ReadAhead(2, 2), warnings.Add);
        for (var step = 0; step < 6; step++) Assert.Equal(Colour(7), batches.Take(step)[..3]);
        Assert.Equal(2, warnings.Count);
        Assert.Contains($"'lmdb:{_folder}#1' is no pickle of {{'image': bytes, 'label': int}}: it does not start as one; make the sample again. The next image takes its place; ", string.Concat(warnings));
    }

    [Fact]
    public void What_is_no_such_file_is_one_error()
    {
        Assert.StartsWith("There is no LMDB file", Assert.Throws<InvalidImageException>(() => TrainingImages.FromLmdb(_folder, Training)).Message);
        new LmdbWriter().Write(_folder, [("a", [1])]);
        Assert.StartsWith($"'{_folder}' is an LMDB file without the key 'num_samples'", Assert.Throws<InvalidImageException>(() => TrainingImages.FromLmdb(_folder, Training)).Message);
    }

    [Fact]
    public void Disposing_closes_the_file()
    {
        LmdbFixtures.Unpack(LmdbFixtures.Version09, _folder);
        var images = TrainingImages.FromLmdb(_folder, Training);
        images.Dispose();
        Assert.Throws<ObjectDisposedException>(() => First(images, 0));
    }

    // The fixture's image i is filled with it.
    private static byte[] Colour(int i) => [(byte)i, (byte)(2 * i), (byte)(255 - i)];

    private static byte[] First(ITrainingImages images, int index)
    {
        var rgb = new byte[64 * 64 * 3];
        images.Read(index, 64, new Random(index), rgb);
        return rgb[..3];
    }
}
