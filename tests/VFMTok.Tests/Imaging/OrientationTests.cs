using SkiaSharp;
using VFMTok.Imaging;

namespace VFMTok.Tests.Imaging;

public class OrientationTests
{
    // Stored: AB / CD / EF. Rows as people see them, by EXIF value.
    [Theory]
    [InlineData(1, "AB CD EF")]
    [InlineData(2, "BA DC FE")]
    [InlineData(3, "FE DC BA")]
    [InlineData(4, "EF CD AB")]
    [InlineData(5, "ACE BDF")]
    [InlineData(6, "ECA FDB")]
    [InlineData(7, "FDB ECA")]
    [InlineData(8, "BDF ACE")]
    public void Each_orientation_shows_the_picture_upright(int exif, string expected)
    {
        var stored = new RgbImage(2, 3, [.. "ABCDEF".SelectMany(c => Enumerable.Repeat((byte)c, 3))]);
        var shown = Orientation.Apply(stored, (SKEncodedOrigin)exif);
        var rows = Enumerable.Range(0, shown.Height).Select(y => string.Concat(Enumerable.Range(0, shown.Width).Select(x => (char)shown.Pixels[(y * shown.Width + x) * 3])));
        Assert.Equal(expected, string.Join(' ', rows));
    }
}
