using System.Runtime.Intrinsics;

namespace VFMTok.Imaging;

/// <summary>Pixels of four bytes to pixels of three.</summary>
internal static class PixelPacking
{
    // Four pixels at a time: the first twelve bytes of the result count.
    private static readonly Vector128<byte> RedFirst = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 7, 11, 15);
    private static readonly Vector128<byte> BlueFirst = Vector128.Create((byte)2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 3, 7, 11, 15);
    private static readonly Vector128<byte> Alphas = Vector128.Create((byte)3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15);

    /// <summary>Leaves the fourth byte out.</summary>
    /// <param name="from">RGBx pixels.</param>
    /// <param name="rgb">Room for three quarters of them.</param>
    public static void DropAlpha(ReadOnlySpan<byte> from, Span<byte> rgb)
    {
        var (i, o) = (0, 0);
        for (; o + 16 <= rgb.Length; i += 16, o += 12) Vector128.Shuffle(Vector128.Create(from[i..]), RedFirst).CopyTo(rgb[o..]); // the next pixels overwrite the last four bytes
        for (; o < rgb.Length; i += 4, o += 3) from.Slice(i, 3).CopyTo(rgb[o..]);
    }

    /// <summary>Composites premultiplied pixels over white: p + (255 - alpha), at most 255.</summary>
    /// <param name="from">RGBA or BGRA pixels.</param>
    /// <param name="blueFirst">Which.</param>
    /// <param name="rgb">Room for three quarters of them.</param>
    public static void OverWhite(ReadOnlySpan<byte> from, bool blueFirst, Span<byte> rgb)
    {
        var (i, o, order) = (0, 0, blueFirst ? BlueFirst : RedFirst);
        for (; o + 16 <= rgb.Length; i += 16, o += 12)
        {
            var pixels = Vector128.Create(from[i..]);
            var white = ~Vector128.Shuffle(pixels, Alphas);
            Vector128.Shuffle(Vector128.AddSaturate(pixels, white), order).CopyTo(rgb[o..]);
        }
        var (red, blue) = blueFirst ? (2, 0) : (0, 2);
        for (; o < rgb.Length; i += 4, o += 3)
        {
            var white = 255 - from[i + 3];
            rgb[o] = (byte)Math.Min(from[i + red] + white, 255);
            rgb[o + 1] = (byte)Math.Min(from[i + 1] + white, 255);
            rgb[o + 2] = (byte)Math.Min(from[i + blue] + white, 255);
        }
    }
}
