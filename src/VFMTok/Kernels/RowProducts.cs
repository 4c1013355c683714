using System.Numerics;

namespace VFMTok.Kernels;

/// <summary>Products of rows with a weight matrix in which every number is summed in one order, whatever the other rows and the threads: over the input in steps of a vector, then across the vector.</summary>
internal static unsafe class RowProducts
{
    private const int Columns = 4;              // weight rows that share the loads of an input row
    private const long WorthThreads = 1 << 19;  // multiplications; less is done before other threads wake

    /// <param name="x">[rows, input]</param>
    /// <param name="rows">Rows.</param>
    /// <param name="input">Length of a row.</param>
    /// <param name="weights">[output, input]</param>
    /// <param name="output">Weight rows.</param>
    /// <param name="y">[rows, output], to fill.</param>
    /// <param name="threads">At most this many.</param>
    public static void Multiply(float* x, int rows, int input, float* weights, int output, float* y, int threads)
    {
        if (threads <= 1 || (long)rows * input * output < WorthThreads)
        {
            Part(x, rows, input, weights, output, y, 0, output);
            return;
        }
        var share = ((output + threads - 1) / threads + Columns - 1) / Columns * Columns;
        Parallel.For(0, (output + share - 1) / share, new ParallelOptions { MaxDegreeOfParallelism = threads },
            part => Part(x, rows, input, weights, output, y, part * share, Math.Min(output, (part + 1) * share)));
    }

    private static void Part(float* x, int rows, int input, float* weights, int output, float* y, int first, int end)
    {
        var column = first;
        for (; column + Columns <= end; column += Columns)
        {
            var w = weights + (long)column * input;
            var row = 0;
            for (; row + 2 <= rows; row += 2) Two(x + (long)row * input, input, w, y + (long)row * output + column, output);
            if (row < rows) One(x + (long)row * input, input, w, y + (long)row * output + column);
        }
        for (; column < end; column++)
            for (var row = 0; row < rows; row++)
                y[(long)row * output + column] = Single(x + (long)row * input, input, weights + (long)column * input);
    }

    // Two rows by four columns: as many sums as leave registers for the operands on 16-register machines.
    private static void Two(float* x, int n, float* w, float* y, int stride)
    {
        Vector<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        float* x1 = x + n, w1 = w + n, w2 = w1 + n, w3 = w2 + n;
        var i = 0;
        for (; i + Vector<float>.Count <= n; i += Vector<float>.Count)
        {
            var (p, q) = (Vector.Load(x + i), Vector.Load(x1 + i));
            var u = Vector.Load(w + i);
            (a0, b0) = (Vector.FusedMultiplyAdd(p, u, a0), Vector.FusedMultiplyAdd(q, u, b0));
            u = Vector.Load(w1 + i);
            (a1, b1) = (Vector.FusedMultiplyAdd(p, u, a1), Vector.FusedMultiplyAdd(q, u, b1));
            u = Vector.Load(w2 + i);
            (a2, b2) = (Vector.FusedMultiplyAdd(p, u, a2), Vector.FusedMultiplyAdd(q, u, b2));
            u = Vector.Load(w3 + i);
            (a3, b3) = (Vector.FusedMultiplyAdd(p, u, a3), Vector.FusedMultiplyAdd(q, u, b3));
        }
        (y[0], y[1], y[2], y[3]) = (End(a0, x, w, i, n), End(a1, x, w1, i, n), End(a2, x, w2, i, n), End(a3, x, w3, i, n));
        y += stride;
        (y[0], y[1], y[2], y[3]) = (End(b0, x1, w, i, n), End(b1, x1, w1, i, n), End(b2, x1, w2, i, n), End(b3, x1, w3, i, n));
    }

    private static void One(float* x, int n, float* w, float* y)
    {
        Vector<float> a0 = default, a1 = default, a2 = default, a3 = default;
        float* w1 = w + n, w2 = w1 + n, w3 = w2 + n;
        var i = 0;
        for (; i + Vector<float>.Count <= n; i += Vector<float>.Count)
        {
            var p = Vector.Load(x + i);
            a0 = Vector.FusedMultiplyAdd(p, Vector.Load(w + i), a0);
            a1 = Vector.FusedMultiplyAdd(p, Vector.Load(w1 + i), a1);
            a2 = Vector.FusedMultiplyAdd(p, Vector.Load(w2 + i), a2);
            a3 = Vector.FusedMultiplyAdd(p, Vector.Load(w3 + i), a3);
        }
        (y[0], y[1], y[2], y[3]) = (End(a0, x, w, i, n), End(a1, x, w1, i, n), End(a2, x, w2, i, n), End(a3, x, w3, i, n));
    }

    /// <summary>One number: the product of two rows of length n.</summary>
    public static float Single(float* x, int n, float* w)
    {
        Vector<float> a = default;
        var i = 0;
        for (; i + Vector<float>.Count <= n; i += Vector<float>.Count) a = Vector.FusedMultiplyAdd(Vector.Load(x + i), Vector.Load(w + i), a);
        return End(a, x, w, i, n);
    }

    private static float End(Vector<float> sums, float* x, float* w, int i, int n)
    {
        var sum = Vector.Sum(sums);
        for (; i < n; i++) sum = MathF.FusedMultiplyAdd(x[i], w[i], sum);
        return sum;
    }
}
