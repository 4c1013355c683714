using System.Buffers.Binary;
using System.Text;
using VFMTok.Imaging;
using VFMTok.Tests.Golden;
using VFMTok.Tests.Shared;

namespace VFMTok.Tests.Imaging;

public sealed class ImageDecoderTests : IDisposable
{
    private static readonly string Pictures = Path.Combine(Repository.Root, "tests", "Golden", "preprocess", "images");
    private readonly string _folder = Directory.CreateTempSubdirectory("vfmtok").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Orientation_is_applied_unless_the_reference_is_wanted()
    {
        var path = Path.Combine(Pictures, "jpeg_exif_rotated.jpg");
        var stored = ImageDecoder.Decode(path, ImageDecodingOptions.Reference);
        var shown = ImageDecoder.Decode(path);
        Assert.Equal((100, 60, 60, 100), (stored.Width, stored.Height, shown.Width, shown.Height));
        // Orientation 6: the stored left column, bottom first, is the top row that people see.
        Assert.Equal(Pixel(stored, 0, 59), Pixel(shown, 0, 0));
        Assert.Equal(Pixel(stored, 0, 0), Pixel(shown, 59, 0));
    }

    [Fact]
    public void Transparency_becomes_white_unless_the_reference_is_wanted()
    {
        var path = Path.Combine(Pictures, "rgba.png");
        var (dropped, shown) = (ImageDecoder.Decode(path, ImageDecodingOptions.Reference), ImageDecoder.Decode(path));
        Assert.NotEqual(dropped.Pixels, shown.Pixels);
        Assert.All(dropped.Pixels.Zip(shown.Pixels), p => Assert.True(p.Second >= p.First));
    }

    [Theory]
    [InlineData("", "is empty; replace or remove it.")]
    [InlineData("this is text and no picture", "is no image; allowed are JPEG, PNG, WebP, BMP and GIF.")]
    public void Text_and_empty_files_are_named(string content, string fault)
    {
        var path = Write("a.jpg", Encoding.ASCII.GetBytes(content));
        Assert.Equal($"'{path}' {fault}", Assert.Throws<InvalidImageException>(() => ImageDecoder.Decode(path)).Message);
    }

    // A sound WBMP of 16 x 8 pixels: two zero bytes and two sizes are its whole header.
    [Fact]
    public void Formats_that_are_not_promised_are_no_images()
    {
        byte[] wbmp = [0, 0, 16, 8, .. Enumerable.Repeat((byte)0x55, 16)];
        var error = Assert.Throws<InvalidImageException>(() => ImageDecoder.Decode(wbmp, "a.jpg"));
        Assert.Equal("'a.jpg' is no image; allowed are JPEG, PNG, WebP, BMP and GIF.", error.Message);
    }

    [Fact]
    public void Half_transparent_pixels_are_blended_and_invisible_ones_are_white()
    {
        byte[] rows = [0, 10, 200, 0, 130, 10, 200, 0, 0];
        var png = PngGray16Tests.Png(2, 1, depth: 8, colour: 6, interlaced: false, rows);
        Assert.Equal([130, 227, 125, 255, 255, 255], ImageDecoder.Decode(png, "a").Pixels); // (v * 130 + 255 * 125) / 255, rounded
        Assert.Equal([10, 200, 0, 10, 200, 0], ImageDecoder.Decode(png, "a", ImageDecodingOptions.Reference).Pixels);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Equal("There is no image file 'nowhere.png'; check the path.", Assert.Throws<InvalidImageException>(() => ImageDecoder.Decode("nowhere.png")).Message);

    [Theory]
    [InlineData("wide.png")]
    [InlineData("jpeg_444.jpg")]
    [InlineData("bmp.bmp")]
    public void A_truncated_file_is_an_error_and_no_grey_half(string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Pictures, file));
        var path = Write(file, bytes[..(bytes.Length / 2)]);
        var error = Assert.Throws<InvalidImageException>(() => ImageDecoder.Decode(path));
        Assert.StartsWith($"'{path}' is damaged (", error.Message);
    }

    [Fact]
    public void A_header_that_claims_a_huge_image_is_refused_before_memory_is_taken()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Pictures, "wide.png"));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), 60000);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(20), 60000);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(29), (uint)HashWeights.Crc(bytes.AsSpan(12, 17)));
        var path = Write("huge.png", bytes);
        var before = GC.GetTotalAllocatedBytes();
        var error = Assert.Throws<InvalidImageException>(() => ImageDecoder.Decode(path));
        Assert.Equal($"'{path}' claims 60000 x 60000 pixels; allowed are sides up to 16384 and 100000000 pixels in all: shrink it or raise the limit.", error.Message);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 10_000_000);
    }

    [Fact]
    public void Random_damage_never_crashes()
    {
        var random = new Random(7);
        foreach (var file in Directory.EnumerateFiles(Pictures))
            for (var trial = 0; trial < 8; trial++)
            {
                var bytes = File.ReadAllBytes(file);
                for (var i = 0; i < 6; i++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                foreach (var options in new[] { ImageDecodingOptions.Default, ImageDecodingOptions.Reference })
                    try { ImageDecoder.Decode(bytes, "damaged", options); }
                    catch (InvalidImageException) { /* the one allowed outcome besides an image */ }
            }
    }

    private static byte[] Pixel(RgbImage image, int x, int y) => image.Pixels.AsSpan((y * image.Width + x) * 3, 3).ToArray();

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
