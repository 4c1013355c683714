using SkiaSharp;
using VFMTok.Imaging;

namespace VFMTok.Tests.Imaging;

public class JpegScansTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void Scans_are_counted_up_to_the_end(int scans)
    {
        byte[] scan = [0xff, 0xda, 0, 4, 1, 2, 9, 0xff, 0, 0xda, 0xff, 0xd0, 0xff, 0, 7]; // stuffed bytes and a restart
        byte[] jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 6, 0xff, 0xda, 0xff, 0xda, .. Enumerable.Repeat(scan, scans).SelectMany(s => s), 0xff, 0xff, 0xd9, .. scan];
        Assert.Equal(scans, JpegScans.Count(jpeg));
    }

    [Fact]
    public void A_real_file_has_one_scan()
    {
        using var bitmap = new SKBitmap(40, 30);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        Assert.Equal(1, JpegScans.Count(data.ToArray()));
    }

    [Fact]
    public void Nonsense_ends()
    {
        foreach (var bytes in new byte[][] { [], [0xff], [0xff, 0xda], [0xff, 0xda, 0], [0xff, 0xe0, 0, 0], [0xff, 0xe0, 255, 255], [.. Enumerable.Repeat((byte)0xff, 1000)] })
            Assert.InRange(JpegScans.Count(bytes), 0, 1);
    }
}
