using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using SkiaSharp;
using VFMTok.Imaging;
using VFMTok.ML.Models;

namespace VFMTok.ML.Tests.Models;

public class OpaqueImageTests
{
    [Fact]
    public void A_transparent_image_is_laid_on_white_like_a_transparent_file()
    {
        var pixels = new byte[80 * 70 * 4];
        for (var i = 0; i < pixels.Length; i += 4) (pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]) = ((byte)(i / 320), 40, 200, (byte)(i / 4 % 80 * 3));
        using var bitmap = new SKBitmap(new SKImageInfo(80, 70, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        using var file = new MemoryStream();
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
        using var image = MLImage.CreateFromStream(new MemoryStream(file.ToArray()));

        var (ours, theirs) = (ImageDecoder.Decode(file.ToArray(), "glass.png").Pixels, OpaqueImage.From(image).Pixels);
        Assert.Equal(255, ours[0]); // transparent: white
        Assert.All(ours.Zip(theirs), p => Assert.InRange(p.First - p.Second, -1, 1)); // the image's colours were rounded when they were multiplied by alpha
    }
}
