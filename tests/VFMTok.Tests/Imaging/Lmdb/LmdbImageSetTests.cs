using VFMTok.Imaging;
using VFMTok.Imaging.Lmdb;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Imaging.Lmdb;

public sealed class LmdbImageSetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vfmtok").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(LmdbFixtures.Version09)]
    [InlineData(LmdbFixtures.Version10)]
    public void Images_and_labels_of_every_protocol_come_out(string fixture)
    {
        LmdbFixtures.Unpack(fixture, _folder);
        using var set = new LmdbImageSet(_folder);
        Assert.Equal(60, set.Count);
        Parallel.For(0, 60, i =>
        {
            var sample = set.Read(i);
            var image = sample.Decode();
            Assert.Equal((i * i, i % 20 == 19 ? 40 : 4), (sample.Label, image.Width));
            Assert.Equal([(byte)i, (byte)(2 * i), (byte)(255 - i)], image.Pixels[^3..]);
            Assert.Equal(image.Pixels, ImageDecoder.Decode(set.AddressOf(i)).Pixels);
        });
    }

    [Fact]
    public void The_number_of_images_is_checked()
    {
        byte[][] values = [Pickles.Of([], 0), Pickles.Of([], 1)];
        Fails($"'{_folder}' claims 3 images under the key 'num_samples' but has 2 other entries; copy the file again or correct the number.", "3");
        foreach (var count in new[] { "", "0", "-1", "two", "2.0", " 2", "99999999999999999999", new string('1', 5000) })
            Fails($"'{_folder}' has no positive number under the key 'num_samples'; make the file again.", count);
        new LmdbWriter().Write(_folder, [("0", values[0])]);
        var error = Assert.Throws<InvalidImageException>(() => new LmdbImageSet(_folder));
        Assert.Equal($"'{_folder}' is an LMDB file without the key 'num_samples'; give one that holds num_samples and the images under the keys 0, 1, 2, ....", error.Message);

        void Fails(string expected, string count)
        {
            new LmdbWriter().WriteSet(_folder, values, count);
            Assert.Equal(expected, Assert.Throws<InvalidImageException>(() => new LmdbImageSet(_folder)).Message);
        }
    }

    [Fact]
    public void Missing_and_damaged_samples_are_named_by_their_address()
    {
        new LmdbWriter().Write(_folder, [("num_samples", "3"u8.ToArray()), ("0", Pickles.Of([1, 2, 3], 0)), ("1", [1, 2, 3]), ("4", []), ("5", [])]);
        using var set = new LmdbImageSet(_folder);
        Assert.Equal($"'lmdb:{_folder}#0' is no image; allowed are JPEG, PNG, WebP, BMP and GIF.", Assert.Throws<InvalidImageException>(() => set.Read(0).Decode()).Message);
        Assert.Equal($"'lmdb:{_folder}#1' is no pickle of {{'image': bytes, 'label': int}}: it does not start as one; make the sample again.", Assert.Throws<InvalidImageException>(() => set.Read(1)).Message);
        Assert.Equal($"'lmdb:{_folder}#2' does not exist: the LMDB file has no such key; give an index below num_samples or make the file again.", Assert.Throws<InvalidImageException>(() => set.Read(2)).Message);
        Assert.StartsWith("There is no LMDB file 'nowhere'", Assert.Throws<InvalidImageException>(() => ImageDecoder.Decode("lmdb:nowhere#1")).Message);
    }
}
