using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.ML.Data;

namespace VFMTok.ML.Batching;

/// <summary>Images that the library hands out. The receiver owns each of them: every call makes a new one, and none is disposed when handed back,
/// since it may be the previous result that the user kept.</summary>
internal static class OwnedImage
{
    private static readonly ConditionalWeakTable<MLImage, MemoryPressure> Pressures = [];

    /// <summary>A copy with pixels of its own.</summary>
    public static MLImage Clone(MLImage image)
    {
        var copy = Create(image.Width, image.Height, image.PixelFormat, image.Pixels);
        copy.Tag = image.Tag;
        return copy;
    }

    /// <summary>An image of four bytes per pixel, rows top-down.</summary>
    public static MLImage Create(int width, int height, MLPixelFormat format, ReadOnlySpan<byte> pixels)
    {
        var image = MLImage.CreateFromPixels(width, height, format, pixels);
        Pressures.Add(image, new MemoryPressure(4L * width * height));
        return image;
    }

    /// <summary>An opaque image from RGB bytes, rows top-down.</summary>
    public static MLImage FromRgb(int width, int height, ReadOnlySpan<byte> rgb)
    {
        var rented = ArrayPool<byte>.Shared.Rent(4 * width * height);
        try
        {
            var rgba = rented.AsSpan(0, 4 * width * height);
            for (int from = 0, to = 0; to < rgba.Length; from += 3, to += 4)
            {
                rgb.Slice(from, 3).CopyTo(rgba[to..]);
                rgba[to + 3] = byte.MaxValue;
            }
            return Create(width, height, MLPixelFormat.Rgba32, rgba);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    // The pixels are native: the collector must hear of them, or forgotten images exhaust memory before it sees a reason to run.
    private sealed class MemoryPressure
    {
        private readonly long _bytes;

        public MemoryPressure(long bytes) => GC.AddMemoryPressure(_bytes = bytes);

        ~MemoryPressure() => GC.RemoveMemoryPressure(_bytes);
    }
}
