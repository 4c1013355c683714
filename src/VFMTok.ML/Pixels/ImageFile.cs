using SkiaSharp;

namespace VFMTok.ML.Pixels;

/// <summary>Decodes image files, with limits. No EXIF rotation, as in the reference.</summary>
internal static class ImageFile
{
    public const int MaximumSide = 16384;
    public const long MaximumPixels = 100_000_000;

    public static readonly IReadOnlyList<string> Extensions = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"];

    /// <summary>Decodes a file.</summary>
    /// <exception cref="InvalidImageException">It is missing, too large, or no complete image.</exception>
    public static RgbImage Read(string path)
    {
        using var codec = Open(path);
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul);
        using var bitmap = new SKBitmap(info);
        var result = codec.GetPixels(info, bitmap.GetPixels());
        if (result != SKCodecResult.Success) throw new InvalidImageException($"'{path}' is a damaged image ({result}); replace or remove it.");
        return RgbImage.FromPremultiplied(info.Width, info.Height, bitmap.GetPixelSpan(), blueFirst: false);
    }

    /// <summary>Decodes a file to see whether it can be decoded.</summary>
    /// <exception cref="InvalidImageException">It cannot.</exception>
    public static void Check(string path) => Read(path);

    private static SKCodec Open(string path)
    {
        if (!File.Exists(path)) throw new InvalidImageException($"There is no image file '{path}'; check the path.");
        SKCodec? codec;
        try
        {
            codec = SKCodec.Create(path, out _);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidImageException($"'{path}' cannot be read ({e.Message.TrimEnd('.')}); check the file and its permissions.", e);
        }
        if (codec is null) throw new InvalidImageException($"'{path}' is no image; allowed are JPEG, PNG, WebP, BMP and GIF.");
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width is > 0 and <= MaximumSide && height is > 0 and <= MaximumSide && (long)width * height <= MaximumPixels) return codec;
        codec.Dispose();
        throw new InvalidImageException($"'{path}' has {width} x {height} pixels; allowed are sides up to {MaximumSide} and {MaximumPixels} pixels in all: shrink it.");
    }
}
