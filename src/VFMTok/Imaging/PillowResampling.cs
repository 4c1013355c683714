using System.Runtime.Intrinsics;

namespace VFMTok.Imaging;

/// <summary>Kernel of a resize.</summary>
public enum ResamplingFilter
{
    /// <summary>Keys' cubic, a = -0.5, antialiased.</summary>
    Bicubic,
    /// <summary>Mean of the covered pixels.</summary>
    Box,
}

/// <summary>Pillow's resampling of byte images, bit for bit (spec 8.1.3): integer weights, horizontal pass first, each pass rounded to bytes.</summary>
public static class PillowResampling
{
    private const int Precision = 22;
    private const int MaximumSide = 1 << 20;
    private const long MaximumPixels = 400_000_000;

    /// <summary>Resizes.</summary>
    /// <param name="image">Source.</param>
    /// <param name="width">Pixels, positive.</param>
    /// <param name="height">Pixels, positive.</param>
    /// <param name="filter">Kernel.</param>
    /// <returns>A new image, or the same one if nothing changes.</returns>
    /// <exception cref="ArgumentException">The size is not positive or absurd.</exception>
    public static RgbImage Resize(RgbImage image, int width, int height, ResamplingFilter filter)
    {
        if (width < 1 || height < 1 || width > MaximumSide || height > MaximumSide || (long)width * height > MaximumPixels || (long)width * image.Height > MaximumPixels)
            throw new ArgumentException($"An image cannot be resized to {width} x {height}; allowed are sides from 1 to {MaximumSide} and at most {MaximumPixels} pixels: use an image that is less elongated.");
        return Window(image, width, height, filter, 0, 0, width, height);
    }

    /// <summary>A part of the resized image, computed alone: however long the whole would be, only the part takes memory.</summary>
    /// <param name="image">Source.</param>
    /// <param name="width">Width of the whole.</param>
    /// <param name="height">Height of the whole.</param>
    /// <param name="filter">Kernel.</param>
    /// <param name="left">First column of the part.</param>
    /// <param name="top">First row of the part.</param>
    /// <param name="columns">Width of the part.</param>
    /// <param name="rows">Height of the part.</param>
    internal static RgbImage Window(RgbImage image, int width, int height, ResamplingFilter filter, int left, int top, int columns, int rows)
    {
        if ((width, height) == (image.Width, image.Height) && (columns, rows) == (width, height)) return image;
        var (across, down) = (Taps(image.Width, width, filter, left, columns), Taps(image.Height, height, filter, top, rows));
        var first = down[0].First;
        var needed = down[^1].First + down[^1].Weights.Length - first; // source rows that the part looks at

        var squeezed = GC.AllocateUninitializedArray<byte>(needed * columns * 3);
        for (var y = 0; y < needed; y++) SumPixels(image.Pixels, (first + y) * image.Width * 3, across, squeezed.AsSpan(y * columns * 3, columns * 3));

        var pixels = GC.AllocateUninitializedArray<byte>(rows * columns * 3);
        for (var y = 0; y < rows; y++) SumRows(squeezed, (down[y].First - first, down[y].Weights), pixels.AsSpan(y * columns * 3, columns * 3));
        return new RgbImage(columns, rows, pixels);
    }

    // One row of the horizontal pass: three sums at a time, and a fourth that is not used.
    private static void SumPixels(byte[] from, int start, (int First, int[] Weights)[] taps, Span<byte> row)
    {
        for (var x = 0; x < taps.Length; x++)
        {
            var sums = Vector128.Create(1 << (Precision - 1));
            var at = start + taps[x].First * 3;
            foreach (var weight in taps[x].Weights)
            {
                sums += Pixel(from, at) * weight;
                at += 3;
            }
            sums = Vector128.Min(Vector128.Max(sums >> Precision, Vector128<int>.Zero), Vector128.Create(255));
            (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = ((byte)sums[0], (byte)sums[1], (byte)sums[2]);
        }
    }

    // Three bytes and whatever follows them.
    private static Vector128<int> Pixel(byte[] from, int at)
    {
        var bytes = at + 4 <= from.Length ? BitConverter.ToUInt32(from, at) : at > 0 ? BitConverter.ToUInt32(from, at - 1) >> 8 : (uint)(from[0] | from[1] << 8 | from[2] << 16);
        return Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(bytes).AsByte())).AsInt32();
    }

    // One row of the vertical pass.
    private static void SumRows(byte[] from, (int First, int[] Weights) taps, Span<byte> row)
    {
        var i = 0;
        for (; i + Vector256<byte>.Count <= row.Length; i += Vector256<byte>.Count)
        {
            Vector256<int> a = Vector256.Create(1 << (Precision - 1)), b = a, c = a, d = a;
            for (var t = 0; t < taps.Weights.Length; t++)
            {
                var weight = Vector256.Create(taps.Weights[t]);
                var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref from[(taps.First + t) * row.Length + i]));
                a += Vector256.WidenLower(low).AsInt32() * weight;
                b += Vector256.WidenUpper(low).AsInt32() * weight;
                c += Vector256.WidenLower(high).AsInt32() * weight;
                d += Vector256.WidenUpper(high).AsInt32() * weight;
            }
            Vector256.Narrow(Vector256.Narrow(Byte(a), Byte(b)), Vector256.Narrow(Byte(c), Byte(d))).CopyTo(row[i..]);
        }
        for (; i < row.Length; i++)
        {
            var sum = 1 << (Precision - 1);
            for (var t = 0; t < taps.Weights.Length; t++) sum += taps.Weights[t] * from[(taps.First + t) * row.Length + i];
            row[i] = (byte)Math.Clamp(sum >> Precision, 0, 255);
        }

        static Vector256<uint> Byte(Vector256<int> sums) => Vector256.Min(Vector256.Max(sums >> Precision, Vector256<int>.Zero), Vector256.Create(255)).AsUInt32();
    }

    // Where each of the outputs start..start+count-1 looks, and its integer weights.
    private static (int First, int[] Weights)[] Taps(int input, int output, ResamplingFilter filter, int start, int count)
    {
        var taps = new (int, int[])[count];
        if (input == output) // Pillow skips such an axis; a weight of one leaves the bytes as they are
        {
            int[] one = [1 << Precision];
            for (var i = 0; i < count; i++) taps[i] = (start + i, one);
            return taps;
        }
        var scale = (double)input / output;
        var stretch = Math.Max(scale, 1);
        var support = (filter == ResamplingFilter.Bicubic ? 2 : 0.5) * stretch;
        for (var i = 0; i < count; i++)
        {
            var center = (start + i + 0.5) * scale;
            var low = Math.Max((int)(center - support + 0.5), 0);
            var high = Math.Min((int)(center + support + 0.5), input);
            var weights = new double[high - low];
            for (var j = low; j < high; j++) weights[j - low] = Weight((j - center + 0.5) / stretch, filter);
            var sum = weights.Sum();
            taps[i] = (low, Array.ConvertAll(weights, w => Fixed(w / sum)));
        }
        return taps;

        static int Fixed(double weight) => (int)(weight * (1 << Precision) + (weight < 0 ? -0.5 : 0.5));
    }

    private static double Weight(double t, ResamplingFilter filter)
    {
        const double A = -0.5;
        if (filter == ResamplingFilter.Box) return t is > -0.5 and <= 0.5 ? 1 : 0;
        t = Math.Abs(t);
        return t < 1 ? ((A + 2) * t - (A + 3)) * t * t + 1 : t < 2 ? (((t - 5) * t + 8) * t - 4) * A : 0;
    }
}
