using System.Buffers;
using SkiaSharp;
using VFMTok.Imaging.Lmdb;

namespace VFMTok.Imaging;

/// <summary>Image files (JPEG, PNG, WebP, BMP, GIF) to RGB. Every input is suspected.</summary>
public static class ImageDecoder
{
    // The four bytes a pixel that Skia decodes to must fit one span, whatever limit the options state.
    private const long MostPixels = 500_000_000;

    // A file is held in memory while it is decoded.
    private const long MostBytes = 512 << 20;

    /// <summary>Decodes a file.</summary>
    /// <param name="path">The file, or a sample of an LMDB image set as <c>lmdb:folder#index</c>.</param>
    /// <param name="options">Default <see cref="ImageDecodingOptions.Default"/>.</param>
    /// <exception cref="InvalidImageException">It is missing, unreadable, empty, no image, too large, or damaged.</exception>
    public static RgbImage Decode(string path, ImageDecodingOptions? options = null)
    {
        if (LmdbAddress.TryParse(path, out var set, out var index)) return LmdbImageSet.Read(set, index).Decode(options);
        byte[] bytes;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes and var length }) throw TooLong(path, length);
            bytes = File.ReadAllBytes(path);
        }
        catch (InvalidImageException)
        {
            throw;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidImageException($"There is no image file '{path}'; check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidImageException($"'{path}' cannot be read ({e.Message.TrimEnd('.')}); check the file and its permissions.", e);
        }
        return Decode(bytes, path, options);
    }

    /// <summary>Decodes an image in memory.</summary>
    /// <param name="bytes">The encoded image.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="options">Default <see cref="ImageDecodingOptions.Default"/>.</param>
    /// <exception cref="InvalidImageException">It is empty, no image, too large, or damaged.</exception>
    public static RgbImage Decode(byte[] bytes, string name, ImageDecodingOptions? options = null)
    {
        options ??= ImageDecodingOptions.Default;
        if (bytes.Length == 0) throw new InvalidImageException($"'{name}' is empty; replace or remove it.");
        if (bytes.Length > MostBytes) throw TooLong(name, bytes.Length);
        using var pinned = bytes.AsMemory().Pin();
        using var data = Wrap(pinned, bytes.Length);
        using var codec = SKCodec.Create(data);
        if (codec is null || !Allowed(codec.EncodedFormat)) throw new InvalidImageException($"'{name}' is no image; allowed are JPEG, PNG, WebP, BMP and GIF.");
        var (width, height, most) = (codec.Info.Width, codec.Info.Height, Math.Min(options.MaximumPixels, MostPixels));
        if (width < 1 || height < 1 || width > options.MaximumSide || height > options.MaximumSide || (long)width * height > most)
            throw new InvalidImageException($"'{name}' claims {width} x {height} pixels; allowed are sides up to {options.MaximumSide} and {most} pixels in all: shrink it or raise the limit.");
        if (codec.EncodedFormat == SKEncodedImageFormat.Jpeg && JpegScans.Count(bytes) is > JpegScans.Most and var scans)
            throw new InvalidImageException($"'{name}' has {scans} scans; allowed are {JpegScans.Most}: save it again.");
        var image = Decode(codec, name, options);
        if (!options.AsReference) return Orientation.Apply(image, codec.EncodedOrigin);
        return PngGray16.Applies(bytes) ? PngGray16.Clip(bytes, name) : image;
    }

    private static InvalidImageException TooLong(string name, long length) => new($"'{name}' has {length} bytes; allowed are {MostBytes}: shrink it.");

    // Skia knows more, among them WBMP, whose header is so weak that arbitrary bytes pass for a picture.
    private static bool Allowed(SKEncodedImageFormat format) =>
        format is SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp or SKEncodedImageFormat.Bmp or SKEncodedImageFormat.Gif;

    private static unsafe SKData Wrap(MemoryHandle pinned, int length) => SKData.Create((nint)pinned.Pointer, length);

    // No colour space in the target: samples pass unchanged, as in the reference.
    private static RgbImage Decode(SKCodec codec, string name, ImageDecodingOptions options)
    {
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(info)) throw new InvalidImageException($"'{name}' needs more memory than there is; shrink it.");
        var rgb = GC.AllocateUninitializedArray<byte>(info.Width * info.Height * 3);
        var result = codec.GetPixels(info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
            throw new InvalidImageException($"'{name}' is damaged ({(result == SKCodecResult.IncompleteInput ? "it ends too early" : result.ToString())}); replace or remove it.");
        var from = bitmap.GetPixelSpan();
        if (options.AsReference || codec.Info.AlphaType == SKAlphaType.Opaque) PixelPacking.DropAlpha(from, rgb);
        else BlendOverWhite(from, rgb);
        return new RgbImage(info.Width, info.Height, rgb);
    }

    private static void BlendOverWhite(ReadOnlySpan<byte> from, Span<byte> rgb)
    {
        for (int i = 0, o = 0; o < rgb.Length; i += 4, o += 3)
        {
            int alpha = from[i + 3];
            for (var c = 0; c < 3; c++) rgb[o + c] = alpha == 255 ? from[i + c] : OverWhite(from[i + c], alpha);
        }
    }

    private static byte OverWhite(int value, int alpha) => (byte)((value * alpha + 255 * (255 - alpha) + 127) / 255);
}
