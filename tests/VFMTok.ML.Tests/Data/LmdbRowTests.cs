using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Imaging;
using VFMTok.ML.Tests.Components;
using VFMTok.Tests.Shared;

namespace VFMTok.ML.Tests.Data;

public sealed class LmdbRowTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly PictureFolder _pictures = new(5);

    private string Set => Path.Combine(_pictures.Folder, "set");

    public void Dispose() => _pictures.Dispose();

    [Fact]
    public void Columns_are_addresses_images_and_labels()
    {
        Write(5);
        var data = _ml.Data.LoadFromVfmLmdb(Set);
        Assert.Equal(["Path", "Image", "Label"], data.Schema.Select(c => c.Name));
        Assert.Equal([$"lmdb:{Set}#0", $"lmdb:{Set}#4"], data.GetColumn<string>("Path").Where((_, i) => i % 4 == 0));
        Assert.Equal([0, 10, 20, 30, 40], data.GetColumn<int>("Label"));
        var images = data.GetColumn<MLImage>("Image").ToArray();
        for (var i = 0; i < 5; i++)
        {
            using var expected = TestModels.Picture(i);
            Assert.Equal((expected.Width, expected.Height), (images[i].Width, images[i].Height));
            Assert.Equal(expected.Pixels.ToArray(), images[i].Pixels.ToArray());
            images[i].Dispose();
        }
    }

    [Fact]
    public void Only_columns_that_are_asked_for_are_read()
    {
        Write(3, Pickles.Of([1, 2, 3], 7), [9, 9, 9]);
        var data = _ml.Data.LoadFromVfmLmdb(Set);
        Assert.Equal(5, data.GetColumn<string>("Path").Count());
        Assert.Equal([0, 10, 20, 7], data.GetColumn<int>("Label").Take(4)); // the image of sample 3 is none, and nobody looks
        Assert.Contains($"'lmdb:{Set}#3' is no image", Root(() => data.GetColumn<MLImage>("Image").Take(4).ToArray()).Message);
        Assert.Contains($"'lmdb:{Set}#4' is no pickle", Root(() => data.GetColumn<int>("Label").ToArray()).Message);
    }

    [Fact]
    public void Training_on_addresses_equals_training_on_the_files()
    {
        Write(5);
        var options = new VfmTokenizeOptions { Training = { Steps = 2, BatchSize = 2 } };
        using var fromFiles = _ml.Transforms.VfmTokenize("Tokens", "Path", options).Fit(_pictures.Rows(_ml));
        var data = _ml.Data.LoadFromVfmLmdb(Set);
        using var fromAddresses = _ml.Transforms.VfmTokenize("Tokens", "Path", options).Fit(data);
        using var fromImages = _ml.Transforms.VfmTokenize("Tokens", "Image", options).Fit(data);
        Assert.Equal(fromFiles.Tokenizer.Hash, fromAddresses.Tokenizer.Hash);
        Assert.Equal(fromFiles.Tokenizer.Hash, fromImages.Tokenizer.Hash);
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data); // labels as the generator wants them
        var tokens = fromAddresses.Transform(keyed).GetColumn<uint[]>("Tokens").ToArray();
        Assert.Equal(5, tokens.Length);
        Assert.Equal(fromFiles.Transform(_pictures.Rows(_ml)).GetColumn<uint[]>("Tokens"), tokens);
    }

    [Fact]
    public void What_is_no_such_file_is_one_error()
    {
        var error = Assert.Throws<InvalidImageException>(() => _ml.Data.LoadFromVfmLmdb(_pictures.Folder));
        Assert.Equal($"There is no LMDB file '{Path.Combine(_pictures.Folder, "data.mdb")}'; give the file, or the folder that holds it under the name data.mdb.", error.Message);
    }

    private static Exception Root(Action act) => Assert.ThrowsAny<Exception>(act).GetBaseException();

    // The pictures of the folder, label 10 i, and then the given values.
    private void Write(int pictures, params byte[][] more) =>
        new LmdbWriter().WriteSet(Set, [.. Enumerable.Range(0, pictures).Select(i => Pickles.Of(File.ReadAllBytes(_pictures.PathOf(i)), 10 * i)), .. more]);
}
