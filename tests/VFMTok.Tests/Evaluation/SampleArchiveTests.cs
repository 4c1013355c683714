using VFMTok.Evaluation;
using VFMTok.Numpy;

namespace VFMTok.Tests.Evaluation;

public sealed class SampleArchiveTests : IDisposable
{
    private readonly WorkFolder _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void Images_are_read_as_they_were_written_and_labels_are_beside_them()
    {
        var (path, images) = (_work.Path("samples.npz"), DrawnImages.Of(3, 16));
        SampleArchive.Write(path, 3, 16, [4, 5, 6], keep => { foreach (var image in images) keep(image); });
        using (var archive = SampleArchive.Open(path))
        {
            Assert.Equal((3L, 16, 16), (archive.Count, archive.Width, archive.Height));
            Assert.Equal(images.Select(i => i.Pixels), archive.Read().Select(i => i.Pixels));
        }
        using var file = NpzFile.Open(path);
        using var labels = file.Get("arr_1");
        Assert.Equal([4, 5, 6], labels.ReadIntegers());
    }

    [Fact]
    public void Nothing_is_left_of_samples_that_are_not_all_there()
    {
        Assert.Throws<InvalidOperationException>(() => SampleArchive.Write(_work.Path("few.npz"), 3, 16, [], keep => keep(DrawnImages.One(16, 16, 1))));
        Assert.Throws<OperationCanceledException>(() => SampleArchive.Write(_work.Path("few.npz"), 3, 16, [], _ => throw new OperationCanceledException()));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_work.Path("few.npz"))!));
    }

    [Fact]
    public void Files_without_pictures_are_one_sentence()
    {
        NpzWriter.Write(_work.Path("grey.npz"), file => file.Add("arr_0", new byte[128], 2, 8, 8, 1));
        Assert.Contains("has the shape (2, 8, 8, 1) where (any, any, any, 3) is needed", Assert.Throws<InvalidNumpyFileException>(() => SampleArchive.Open(_work.Path("grey.npz"))).Message);
        NpzWriter.Write(_work.Path("float.npz"), file => file.Add("arr_0", new float[192], 1, 8, 8, 3));
        Assert.Contains("holds float32 where uint8 is needed", Assert.Throws<InvalidNumpyFileException>(() => SampleArchive.Open(_work.Path("float.npz"))).Message);
        Assert.Throws<FileNotFoundException>(() => SampleArchive.Open(_work.Path("none.npz")));
        File.Delete(_work.Path("grey.npz")); // nothing holds it open
    }

    [Fact]
    public void The_images_of_a_reference_that_will_be_seen_are_counted()
    {
        NpzWriter.Write(_work.Path("samples.npz"), file => file.Add("arr_0", new byte[5 * 192], 5, 8, 8, 3));
        NpzWriter.Write(_work.Path("adm.npz"), file =>
        {
            file.Add("mu", new double[1]);
            file.Add("arr_0", new byte[5 * 192], 5, 8, 8, 3);
        });
        NpzWriter.Write(_work.Path("none.npz"), file => file.Add("mu", new double[1]));
        Assert.Equal([5, 3, 0], new[] { "samples.npz", "adm.npz", "none.npz" }.Select(name => ReferenceFile.ImagesToSee(_work.Path(name), 3)));
    }
}
