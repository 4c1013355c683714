using System.Runtime.Intrinsics;

namespace VFMTok.Kernels;

/// <summary>Group norm (arXiv 1803.08494) and swish in one pass over memory each way: a picture's activations are far larger than the cache.</summary>
/// <remarks>Computes in float32, whatever the numbers are stored as; a group's result depends on nothing else.</remarks>
internal static unsafe class NormSwish
{
    private const int Count = 16, Chunk = 4096; // numbers whose sums are float32

    /// <summary>Sizes of one call.</summary>
    /// <param name="Images">B.</param>
    /// <param name="Channels">C, a multiple of the groups.</param>
    /// <param name="Places">H * W.</param>
    /// <param name="Groups">Groups.</param>
    public readonly record struct Sizes(int Images, int Channels, int Places, int Groups);

    /// <summary><c>swish(norm(x) * scale + shift)</c>.</summary>
    /// <param name="x">[B, C, H, W]</param>
    /// <param name="y">[B, C, H, W], to fill; may be x itself.</param>
    /// <param name="scale">[C] float32.</param>
    /// <param name="shift">[C] float32.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="sizes">Sizes.</param>
    /// <param name="areHalves">Whether the numbers of x and y are bfloat16; else they are float32.</param>
    /// <param name="threads">At most this many.</param>
    public static void Apply(void* x, void* y, float* scale, float* shift, float epsilon, Sizes sizes, bool areHalves, int threads)
    {
        nint from = (nint)x, to = (nint)y, factors = (nint)scale, terms = (nint)shift;
        WorkTeam.Run(threads, [sizes.Images * sizes.Groups], (_, part) =>
        {
            var channels = sizes.Channels / sizes.Groups;
            var first = part % sizes.Groups * channels;
            var start = ((long)(part / sizes.Groups) * sizes.Channels + first) * sizes.Places;
            if (areHalves) Group((ushort*)from + start, (ushort*)to + start, (float*)factors + first, (float*)terms + first, epsilon, channels, sizes.Places);
            else Group((float*)from + start, (float*)to + start, (float*)factors + first, (float*)terms + first, epsilon, channels, sizes.Places);
        });
    }

    private static void Group(float* x, float* y, float* scale, float* shift, float epsilon, int channels, int places)
    {
        var count = (long)channels * places;
        double sum = 0, squares = 0;
        for (long start = 0; start < count; start += Chunk)
        {
            Vector512<float> s = default, q = default;
            var end = Math.Min(start + Chunk, count);
            var i = start;
            for (; i + Count <= end; i += Count)
            {
                var v = Floats.Load(x + i);
                s += v;
                q = Vector512.FusedMultiplyAdd(v, v, q);
            }
            (sum, squares) = (sum + Vector512.Sum(s), squares + Vector512.Sum(q));
            for (; i < end; i++) (sum, squares) = (sum + x[i], squares + (double)x[i] * x[i]);
        }
        var (mean, factor) = Moments(sum, squares, count, epsilon);
        for (var c = 0; c < channels; c++, x += places, y += places)
        {
            var (a, b) = ((float)(factor * scale[c]), (float)(shift[c] - mean * factor * scale[c]));
            var i = 0;
            for (; i + Count <= places; i += Count) Floats.Store(Swish(Floats.Load(x + i), Vector512.Create(a), Vector512.Create(b)), y + i);
            for (; i < places; i++) y[i] = Swish(Vector512.Create(x[i]), Vector512.Create(a), Vector512.Create(b))[0];
        }
    }

    private static void Group(ushort* x, ushort* y, float* scale, float* shift, float epsilon, int channels, int places)
    {
        var count = (long)channels * places;
        double sum = 0, squares = 0;
        for (long start = 0; start < count; start += Chunk)
        {
            Vector512<float> s = default, q = default;
            var end = Math.Min(start + Chunk, count);
            var i = start;
            for (; i + Count <= end; i += Count)
            {
                var v = Floats.Load(x + i);
                s += v;
                q = Vector512.FusedMultiplyAdd(v, v, q);
            }
            (sum, squares) = (sum + Vector512.Sum(s), squares + Vector512.Sum(q));
            for (; i < end; i++) (sum, squares) = (sum + Floats.Read(x[i]), squares + (double)Floats.Read(x[i]) * Floats.Read(x[i]));
        }
        var (mean, factor) = Moments(sum, squares, count, epsilon);
        for (var c = 0; c < channels; c++, x += places, y += places)
        {
            var (a, b) = ((float)(factor * scale[c]), (float)(shift[c] - mean * factor * scale[c]));
            var i = 0;
            for (; i + Count <= places; i += Count) Floats.Store(Swish(Floats.Load(x + i), Vector512.Create(a), Vector512.Create(b)), y + i);
            for (; i < places; i++) y[i] = PackedWeights.Round(Swish(Vector512.Create(Floats.Read(x[i])), Vector512.Create(a), Vector512.Create(b))[0]);
        }
    }

    private static (double Mean, double Factor) Moments(double sum, double squares, long count, float epsilon)
    {
        var mean = sum / count;
        return (mean, 1 / Math.Sqrt(Math.Max(squares / count - mean * mean, 0) + epsilon));
    }

    private static Vector512<float> Swish(Vector512<float> x, Vector512<float> factor, Vector512<float> term)
    {
        var z = Vector512.FusedMultiplyAdd(x, factor, term);
        return z / (Vector512<float>.One + Exponential.Of(-z));
    }
}
