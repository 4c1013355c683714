using System.Numerics;

namespace VFMTok.Kernels;

/// <summary>Attention of one new position to those in a cache: every head of every row by itself, in one order of summation.</summary>
internal static unsafe class RowAttention
{
    private const long WorthThreads = 1 << 18; // multiplications; less is done before other threads wake

    /// <summary>Sizes of one call.</summary>
    /// <param name="Rows">Images.</param>
    /// <param name="Heads">Query heads.</param>
    /// <param name="Shared">Key and value heads.</param>
    /// <param name="Width">Channels per head.</param>
    /// <param name="Length">Positions to look at.</param>
    /// <param name="Capacity">Positions that the cache has room for.</param>
    public readonly record struct Sizes(int Rows, int Heads, int Shared, int Width, int Length, int Capacity);

    /// <summary><c>softmax(q k^T / sqrt(D)) v</c>.</summary>
    /// <param name="q">[rows, heads, D]</param>
    /// <param name="k">[rows, shared, capacity, D]</param>
    /// <param name="v">[rows, shared, capacity, D]</param>
    /// <param name="y">[rows, heads, D], to fill.</param>
    /// <param name="sizes">Sizes.</param>
    /// <param name="threads">At most this many.</param>
    public static void Attend(float* q, float* k, float* v, float* y, Sizes sizes, int threads)
    {
        var count = sizes.Rows * sizes.Heads;
        if (threads <= 1 || 2L * count * sizes.Length * sizes.Width < WorthThreads)
        {
            Part(q, k, v, y, sizes, 0, count);
            return;
        }
        var share = (count + threads - 1) / threads;
        Parallel.For(0, (count + share - 1) / share, new ParallelOptions { MaxDegreeOfParallelism = threads },
            part => Part(q, k, v, y, sizes, part * share, Math.Min(count, (part + 1) * share)));
    }

    private static void Part(float* q, float* k, float* v, float* y, Sizes sizes, int first, int end)
    {
        var vectors = (sizes.Length + Vector<float>.Count - 1) / Vector<float>.Count;
        var scores = new float[vectors * Vector<float>.Count];
        fixed (float* s = scores)
            for (var i = first; i < end; i++)
            {
                var head = (long)(i / sizes.Heads) * sizes.Shared + i % sizes.Heads / (sizes.Heads / sizes.Shared);
                var start = head * sizes.Capacity * sizes.Width;
                var sum = Weigh(q + (long)i * sizes.Width, k + start, s, vectors, sizes);
                Mix(v + start, s, 1 / sum, y + (long)i * sizes.Width, sizes);
            }
    }

    // Leaves exp(score - largest score) in s.
    private static float Weigh(float* q, float* k, float* s, int vectors, Sizes sizes)
    {
        var scale = 1 / MathF.Sqrt(sizes.Width);
        var largest = float.NegativeInfinity;
        for (var j = 0; j < sizes.Length; j++)
        {
            s[j] = scale * RowProducts.Single(q, sizes.Width, k + (long)j * sizes.Width);
            largest = MathF.Max(largest, s[j]);
        }
        for (var j = sizes.Length; j < vectors * Vector<float>.Count; j++) s[j] = float.NegativeInfinity;
        Vector<float> sums = default;
        for (var i = 0; i < vectors; i++)
        {
            var e = Vector.Exp(Vector.Load(s + i * Vector<float>.Count) - new Vector<float>(largest));
            e.Store(s + i * Vector<float>.Count);
            sums += e;
        }
        return Vector.Sum(sums);
    }

    private static void Mix(float* v, float* s, float scale, float* y, Sizes sizes)
    {
        var d = 0;
        for (; d + Vector<float>.Count <= sizes.Width; d += Vector<float>.Count)
        {
            Vector<float> sum = default;
            for (var j = 0; j < sizes.Length; j++) sum = Vector.FusedMultiplyAdd(new Vector<float>(s[j]), Vector.Load(v + (long)j * sizes.Width + d), sum);
            (sum * scale).Store(y + d);
        }
        for (; d < sizes.Width; d++)
        {
            float sum = 0;
            for (var j = 0; j < sizes.Length; j++) sum = MathF.FusedMultiplyAdd(s[j], v[(long)j * sizes.Width + d], sum);
            y[d] = sum * scale;
        }
    }
}
