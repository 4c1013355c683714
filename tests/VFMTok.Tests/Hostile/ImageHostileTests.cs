using VFMTok.Imaging;
using VFMTok.Tests.Shared;
using static VFMTok.Tests.Hostile.ImageBytes;

namespace VFMTok.Tests.Hostile;

/// <summary>Pictures that lie: each is refused in one sentence, or is a picture, soon and in bounded memory.</summary>
public class ImageHostileTests
{
    private const string Name = "hostile.png", NoImage = "is no image", Damaged = "is damaged", Claims = "claims ";

    private static readonly Dictionary<string, (Func<byte[]> Bytes, string Fault)> Cases = new()
    {
        ["empty"] = (() => [], "is empty"),
        ["one byte"] = (() => [0x89], NoImage),
        ["text"] = (() => [.. "this is no picture"u8], NoImage),
        ["zeros"] = (() => new byte[100], NoImage),
        ["a web page"] = (() => [.. "<!doctype html><html></html>"u8], NoImage),
        ["a drawing of vectors"] = (() => [.. "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8], NoImage),
        ["a document"] = (() => [.. "%PDF-1.7\n"u8], NoImage),
        ["a TIFF"] = (() => [.. "II*\0"u8, 8, 0, 0, 0, 0, 0], NoImage),
        ["an icon"] = (() => [0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 24, 0, 48, 0, 0, 0, 22, 0, 0, 0, .. new byte[48]], NoImage),
        ["a zip"] = (() => ZipBytes.Of(new ZipRecord("a.png", Png)), NoImage),
        ["a PNG's signature"] = (() => Signature, NoImage),
        ["half a PNG's header"] = (() => Png[..20], NoImage),
        ["a PNG's header alone"] = (() => [.. Signature, .. Header(4, 3)], ""),
        ["a PNG without rows"] = (() => PngOf(Header(4, 3)), ""),
        ["a PNG of half its rows"] = (() => PngOf(Header(400, 300), Chunk("IDAT", Packed(new byte[300 * 1201])[..60])), Damaged),
        ["a PNG of too few rows"] = (() => PngOf(Header(400, 300), Chunk("IDAT", Packed(new byte[10 * 1201]))), Damaged),
        ["a PNG of empty rows"] = (() => PngOf(Header(4, 3), Chunk("IDAT", [])), ""),
        ["a PNG of 50,000 x 50,000"] = (() => PngOf(Header(50_000, 50_000), Chunk("IDAT", Packed([0]))), Claims),
        ["a PNG of 16,384 x 16,384"] = (() => PngOf(Header(16_384, 16_384), Chunk("IDAT", Packed([0]))), Claims),
        ["a PNG one pixel high and a million wide"] = (() => PngOf(Header(1_000_000, 1), Chunk("IDAT", Packed([0]))), Claims),
        ["a PNG of 2^31 - 1 pixels a side"] = (() => PngOf(Header(int.MaxValue, int.MaxValue), Chunk("IDAT", Packed([0]))), ""),
        ["a PNG of 2^32 - 1 pixels a side"] = (() => PngOf(Header(uint.MaxValue, uint.MaxValue), Chunk("IDAT", Packed([0]))), ""),
        ["a PNG without width"] = (() => PngOf(Header(0, 3), Chunk("IDAT", Packed([0]))), ""),
        ["a PNG without height"] = (() => PngOf(Header(4, 0), Chunk("IDAT", Packed([0]))), ""),
        ["a PNG with a wrong checksum of its header"] = (() => PngOf(Chunk("IHDR", [0, 0, 0, 4, 0, 0, 0, 3, 8, 2, 0, 0, 0], crc: 1), Chunk("IDAT", Packed(new byte[39]))), ""),
        ["a PNG with a wrong checksum of its rows"] = (() => PngOf(Header(4, 3), Chunk("IDAT", Packed(new byte[39]), crc: 1)), Damaged),
        ["a PNG of 3 bits"] = (() => PngOf(Header(4, 3, depth: 3), Chunk("IDAT", Packed(new byte[39]))), ""),
        ["a PNG of 32 bits"] = (() => PngOf(Header(4, 3, depth: 32), Chunk("IDAT", Packed(new byte[500]))), ""),
        ["a PNG of no bits"] = (() => PngOf(Header(4, 3, depth: 0), Chunk("IDAT", Packed(new byte[39]))), ""),
        ["a PNG of an unknown colour"] = (() => PngOf(Header(4, 3, colour: 5), Chunk("IDAT", Packed(new byte[39]))), ""),
        ["a PNG of 16-bit indices"] = (() => PngOf(Header(4, 3, depth: 16, colour: 3), Chunk("PLTE", new byte[3]), Chunk("IDAT", Packed(new byte[39]))), ""),
        ["a PNG of an unknown packing"] = (() => PngOf(Header(4, 3, packing: 1), Chunk("IDAT", Packed(new byte[39]))), ""),
        ["a PNG of an unknown filter method"] = (() => PngOf(Header(4, 3, filter: 1), Chunk("IDAT", Packed(new byte[39]))), ""),
        ["a PNG of an unknown order"] = (() => PngOf(Header(4, 3, interlaced: 2), Chunk("IDAT", Packed(new byte[39]))), ""),
        ["a PNG of an unknown filter"] = (() => PngOf(Header(4, 3), Chunk("IDAT", Packed([9, .. new byte[38]]))), Damaged),
        ["a PNG without its palette"] = (() => PngOf(Header(4, 3, colour: 3), Chunk("IDAT", Packed(new byte[15]))), ""),
        ["a PNG of rows that are not packed"] = (() => PngOf(Header(4, 3), Chunk("IDAT", new byte[39])), Damaged),
        ["a PNG of noise for rows"] = (() => PngOf(Header(4, 3), Chunk("IDAT", [0x78, 0x9c, 0xff, 0xff, 0xff, 0xff, 0xff])), Damaged),
        ["a PNG whose first chunk is another"] = (() => PngOf(Chunk("tEXt", [.. "a\0b"u8]), Header(4, 3), Chunk("IDAT", Packed(new byte[39]))), ""),
        ["a PNG whose header is too short"] = (() => PngOf(Chunk("IHDR", new byte[12]), Chunk("IDAT", Packed(new byte[39]))), ""),
        ["a PNG whose rows claim 2 GiB"] = (() => PngOf(Header(4, 3), Chunk("IDAT", Packed(new byte[10]), length: int.MaxValue)), ""),
        ["a PNG whose rows claim 4 GiB"] = (() => PngOf(Header(4, 3), Chunk("IDAT", Packed(new byte[10]), length: uint.MaxValue)), ""),
        ["a gray PNG of 16 bits cut off"] = (() => PngOf(Header(4, 3, depth: 16, colour: 0), Chunk("IDAT", Packed(new byte[10]))), Damaged),
        ["a gray PNG of 16 bits and an unknown filter"] = (() => PngOf(Header(4, 3, depth: 16, colour: 0), Chunk("IDAT", Packed([7, .. new byte[26]]))), Damaged),
        ["a JPEG's start"] = (() => [0xff, 0xd8], NoImage),
        ["a JPEG's start and end"] = (() => [0xff, 0xd8, 0xff, 0xd9], NoImage),
        ["half a JPEG"] = (() => Jpeg[..(Jpeg.Length / 2)], ""),
        ["a JPEG without its scan"] = (() => Jpeg[..Jpeg.AsSpan().LastIndexOf((byte[])[0xff, 0xda])], ""),
        ["a JPEG without rows"] = (() => [.. Jpeg[..(Jpeg.AsSpan().LastIndexOf((byte[])[0xff, 0xda]) + 14)]], ""),
        ["a JPEG of 65,500 x 65,500"] = (() => JpegOf(65_500, 65_500), Claims),
        ["a JPEG of 16,384 x 16,384"] = (() => JpegOf(16_384, 16_384), Claims),
        ["a JPEG without width"] = (() => JpegOf(0, 16), ""),
        ["a JPEG without height"] = (() => JpegOf(24, 0), ""),
        ["a JPEG of 10,000 scans"] = (() => JpegOfScans(10_000), "has 10000 scans"),
        ["a BMP's header"] = (() => Bmp[..54], ""),
        ["a BMP's first bytes"] = (() => Bmp[..20], NoImage),
        ["a BMP of 100,000 x 100,000"] = (() => BmpOf(100_000, 100_000), ""),
        ["a BMP of 60,000 x 60,000"] = (() => BmpOf(60_000, 60_000), Claims),
        ["a BMP of negative width"] = (() => BmpOf(-4, 3), ""),
        ["a BMP of the most negative height"] = (() => BmpOf(4, int.MinValue), ""),
        ["a BMP without size"] = (() => BmpOf(0, 0), ""),
        ["a BMP of 7 bits"] = (() => BmpOf(4, 3, bits: 7), ""),
        ["a BMP of an unknown packing"] = (() => BmpOf(4, 3, packing: 77), ""),
        ["a BMP of 2^32 - 1 colours"] = (() => BmpOf(4, 3, bits: 8, colours: uint.MaxValue), ""),
        ["a BMP whose data lie outside"] = (() => BmpOf(4, 3, offset: int.MaxValue), ""),
        ["a BMP of a huge header"] = (() => BmpOf(4, 3, headerLength: int.MaxValue), ""),
        ["a BMP of too few rows"] = (() => BmpOf(4, 300), Damaged),
        ["a GIF's signature"] = (() => [.. "GIF89a"u8], ""),
        ["a GIF's header"] = (() => Gif[..13], ""),
        ["a GIF without a frame"] = (() => [.. Gif[..19], 0x3b], ""),
        ["a GIF of 65,535 x 65,535"] = (() => GifOf(65_535, 65_535, 65_535, 65_535), Claims),
        ["a GIF without size"] = (() => GifOf(0, 0, 0, 0), ""),
        ["a GIF of codes of 77 bits"] = (() => GifOf(1, 1, 1, 1, codeSize: 77), ""),
        ["a GIF without data"] = (() => GifOf(9, 9, 9, 9, data: [0]), ""),
        ["a WebP's header"] = (() => Webp[..12], ""),
        ["half a WebP"] = (() => Webp[..(Webp.Length / 2)], ""),
        ["a WebP of noise"] = (() => WebpOf("VP8 ", [.. Enumerable.Range(0, 200).Select(i => (byte)(i * 37))]), ""),
        ["a WebP of 16,384 x 16,384"] = (() => WebpOf("VP8X", [0, 0, 0, 0, 0xff, 0x3f, 0, 0xff, 0x3f, 0]), ""),
        ["a WebP of 2^24 x 2^24"] = (() => WebpOf("VP8X", [0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), ""),
        ["a WebP whose chunk claims 2 GiB"] = (() => WebpOf("VP8L", [0x2f, 3, 0, 0, 0, 0], length: int.MaxValue), ""),
        ["a lossless WebP of noise"] = (() => WebpOf("VP8L", [0x2f, 3, 128, 0, 0, .. Enumerable.Range(0, 200).Select(i => (byte)(i * 91))]), ""),
    };

    // Odd, but a picture may come of it.
    private static readonly Dictionary<string, Func<byte[]>> Odd = new()
    {
        ["rows for a hundred pictures"] = () => PngOf(Header(4, 3), Chunk("IDAT", Packed(new byte[50 << 20]))),
        ["a text of 100 MiB, packed"] = () => PngOf(Header(4, 3), Chunk("zTXt", [.. "a\0\0"u8, .. Packed(new byte[100 << 20])]), Chunk("IDAT", Packed(new byte[39]))),
        ["a colour profile of 100 MiB, packed"] = () => PngOf(Header(4, 3), Chunk("iCCP", [.. "a\0\0"u8, .. Packed(new byte[100 << 20])]), Chunk("IDAT", Packed(new byte[39]))),
        ["an unknown chunk of 20 MiB"] = () => PngOf(Header(4, 3), Chunk("abCd", new byte[20 << 20]), Chunk("IDAT", Packed(new byte[39]))),
        ["100,000 unknown chunks"] = () => PngOf([Header(4, 3), .. Enumerable.Repeat(Chunk("abCd", []), 100_000), Chunk("IDAT", Packed(new byte[39]))]),
        ["100,000 empty chunks of rows"] = () => PngOf([Header(4, 3), .. Enumerable.Repeat(Chunk("IDAT", []), 100_000), Chunk("IDAT", Packed(new byte[39]))]),
        ["two headers"] = () => PngOf(Header(4, 3), Header(4000, 3000), Chunk("IDAT", Packed(new byte[39]))),
        ["two palettes"] = () => PngOf(Header(4, 3, colour: 3), Chunk("PLTE", new byte[3]), Chunk("PLTE", new byte[768]), Chunk("IDAT", Packed(new byte[15]))),
        ["indices beyond the palette"] = () => PngOf(Header(4, 3, colour: 3), Chunk("PLTE", new byte[3]), Chunk("IDAT", Packed([.. Enumerable.Range(0, 3).SelectMany(_ => (byte[])[0, 1, 200, 255, 9])]))),
        ["a palette of 257 colours"] = () => PngOf(Header(4, 3, colour: 3), Chunk("PLTE", new byte[771]), Chunk("IDAT", Packed(new byte[15]))),
        ["transparency for a palette that is not there"] = () => PngOf(Header(4, 3), Chunk("tRNS", new byte[256]), Chunk("IDAT", Packed(new byte[39]))),
        ["animation of 2^31 frames"] = () => PngOf(Header(4, 3), Chunk("acTL", [127, 255, 255, 255, 0, 0, 0, 0]), Chunk("IDAT", Packed(new byte[39]))),
        ["a picture without an end"] = () => Png[..^12],
        ["16 bits of each colour"] = () => PngOf(Header(4, 3, depth: 16), Chunk("IDAT", Packed(new byte[75]))),
        ["one bit, interlaced"] = () => PngOf(Header(4, 3, depth: 1, colour: 0, interlaced: 1), Chunk("IDAT", Packed(new byte[100]))),
        ["a frame beyond the canvas"] = () => GifOf(1, 1, 5000, 5000),
        ["a frame outside of the canvas"] = () => GifOf(1, 1, 1, 1, left: 60_000),
        ["a GIF of noise"] = () => GifOf(100, 100, 100, 100, data: [200, .. Enumerable.Range(0, 200).Select(i => (byte)(i * 73)), 0]),
        ["a BMP upside down"] = () => BmpOf(4, -3),
        ["a packed BMP of noise"] = () => BmpOf(4, 3, bits: 8, packing: 1),
        ["200 scans"] = () => JpegOfScans(200),
        ["a JPEG much larger than its data"] = () => JpegOf(4000, 4000),
        ["a JPEG with 60 KiB of nothing"] = () => [0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, .. new byte[0xfffd], .. Jpeg[2..]],
        ["a JPEG of a million fill bytes"] = () => [0xff, 0xd8, .. Enumerable.Repeat((byte)0xff, 1_000_000), .. Jpeg[3..]],
    };

    private static readonly ImageDecodingOptions[] Both = [ImageDecodingOptions.Default, ImageDecodingOptions.Reference];

    /// <summary>One of the pictures.</summary>
    internal static byte[] Bytes(string name) => Cases.TryGetValue(name, out var known) ? known.Bytes() : Odd[name]();

    public static TheoryData<string> Names() => [.. Cases.Keys];

    public static TheoryData<string> OddNames() => [.. Odd.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_picture_that_lies_is_refused(string name)
    {
        foreach (var options in Both) Refusal.Of<InvalidImageException>(Name, Cases[name].Fault, () => ImageDecoder.Decode(Cases[name].Bytes(), Name, options));
    }

    [Theory]
    [MemberData(nameof(OddNames))]
    public void An_odd_picture_is_read_or_refused(string name)
    {
        var bytes = Odd[name]();
        foreach (var options in Both)
            if (Refusal.Outcome(() => ImageDecoder.Decode(bytes, Name, options)) is { } error) Assert.IsType<InvalidImageException>(error);
    }

    [Fact]
    public void The_pictures_are_sound_without_their_lies()
    {
        foreach (var bytes in new[] { Png, Jpeg, Webp, Bmp, Gif })
            foreach (var options in Both) Assert.True(ImageDecoder.Decode(bytes, Name, options).Width > 0);
    }

    [Fact]
    public void A_folder_is_no_picture()
    {
        using var folder = new WorkFolder();
        var path = folder.Path("a.png");
        Directory.CreateDirectory(path);
        Refusal.Of<InvalidImageException>(path, "cannot be read", () => ImageDecoder.Decode(path));
    }

    [Fact]
    public void A_file_of_a_gigabyte_is_refused_unread()
    {
        using var folder = new WorkFolder();
        var path = folder.Path("long.png");
        using (var file = File.Create(path)) file.SetLength(1 << 30); // takes no room on most disks
        Refusal.Of<InvalidImageException>(path, "has 1073741824 bytes", () => ImageDecoder.Decode(path));
    }
}
