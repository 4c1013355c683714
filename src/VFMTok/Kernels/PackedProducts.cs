using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VFMTok.Kernels;

/// <summary>Products of rows with <see cref="PackedWeights"/>. Every number is summed in float32 over the input channels in their order, whatever the other rows, the threads and the width of the machine's vectors.</summary>
internal static unsafe class PackedProducts
{
    /// <summary>Rows that share a pass over the weights.</summary>
    public const int Tile = 8;

    private const int Ahead = 2048, PartsPerThread = 4;
    private const long WorthThreads = 1 << 18; // multiplications; less is done before other threads wake

    /// <summary>All of it: <c>y = x w^T</c>.</summary>
    /// <param name="x">[rows, inputs]</param>
    /// <param name="rows">Rows.</param>
    /// <param name="weights">Weights.</param>
    /// <param name="y">[rows, outputs], to fill.</param>
    /// <param name="threads">At most this many.</param>
    public static void Multiply(float* x, int rows, PackedWeights weights, float* y, int threads)
    {
        var parts = (long)rows * weights.Inputs * weights.Outputs < WorthThreads ? 1 : Math.Min(weights.Blocks, threads * PartsPerThread);
        WorkTeam.Run(parts == 1 ? 1 : threads, [parts], (_, part) =>
        {
            var tile = stackalloc float[Tile * PackedWeights.Block];
            for (var block = (int)((long)weights.Blocks * part / parts); block < (int)((long)weights.Blocks * (part + 1) / parts); block++)
                for (var row = 0; row < rows; row += Tile)
                {
                    var (count, first) = (Math.Min(Tile, rows - row), block * PackedWeights.Block);
                    Multiply(x + (long)row * weights.Inputs, weights.Inputs, count, weights, block, tile);
                    var width = Math.Min(PackedWeights.Block, weights.Outputs - first);
                    for (var i = 0; i < count; i++) new ReadOnlySpan<float>(tile + i * PackedWeights.Block, width).CopyTo(new Span<float>(y + (long)(row + i) * weights.Outputs + first, width));
                }
        });
    }

    /// <summary>One block of output channels of up to eight rows: <c>y = x w^T</c>.</summary>
    /// <param name="x">First of the rows, [rows, inputs].</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="rows">1 to 8.</param>
    /// <param name="weights">Weights.</param>
    /// <param name="block">Which block.</param>
    /// <param name="y">[8, 32], to fill; rows that are not there hold what is not defined.</param>
    public static void Multiply(float* x, long stride, int rows, PackedWeights weights, int block, float* y)
    {
        if (weights.Format == WeightFormat.BFloat16)
        {
            Multiply<BFloat16Reader>(x, stride, rows, weights.Inputs, weights[block], y, PackedWeights.Block);
            return;
        }
        Multiply<Int8Reader>(x, stride, rows, weights.Inputs, weights[block], y, PackedWeights.Block);
        fixed (float* scales = &weights.Scales[block * PackedWeights.Block])
            for (var row = 0; row < rows; row++, y += PackedWeights.Block)
            {
                (Vector512.Load(y) * Vector512.Load(scales)).Store(y);
                (Vector512.Load(y + 16) * Vector512.Load(scales + 16)).Store(y + 16);
            }
    }

    /// <summary>The same with weights of any kind that lie there block by block.</summary>
    /// <param name="x">First of the rows, [rows, inputs].</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="rows">1 to 8.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="weights">One block.</param>
    /// <param name="y">[1, 2, 4 or 8 rows, 32], to fill; rows that are not there hold what is not defined.</param>
    /// <param name="step">Floats from one row of y to the next.</param>
    public static void Multiply<TReader>(float* x, long stride, int rows, int inputs, byte* weights, float* y, nint step) where TReader : struct, IWeightReader
    {
        float* Row(int row) => x + Math.Min(row, rows - 1) * stride; // rows that are not there repeat the last one
        if (rows == 1) One<TReader>(x, inputs, weights, y, step);
        else if (rows == 2) Two<TReader>(Row(0), Row(1), inputs, weights, y, step);
        else if (rows <= 4) Four<TReader>(Row(0), Row(1), Row(2), Row(3), inputs, weights, y, step);
        else Eight<TReader>(Row(0), Row(1), Row(2), Row(3), Row(4), Row(5), Row(6), Row(7), inputs, weights, y, step);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One<TReader>(float* x, nint inputs, byte* weights, float* y, nint step) where TReader : struct, IWeightReader
    {
        Vector512<float> a = default, b = default;
        for (nint k = 0; k < inputs; k++, weights += TReader.Bytes)
        {
            var s = Vector512.Create(x[k]);
            a = Vector512.FusedMultiplyAdd(TReader.Low(weights), s, a);
            b = Vector512.FusedMultiplyAdd(TReader.High(weights), s, b);
        }
        a.Store(y);
        b.Store(y + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two<TReader>(float* x0, float* x1, nint inputs, byte* weights, float* y, nint step) where TReader : struct, IWeightReader
    {
        Vector512<float> a0 = default, a1 = default, b0 = default, b1 = default;
        for (nint k = 0; k < inputs; k++, weights += TReader.Bytes)
        {
            var (low, high) = (TReader.Low(weights), TReader.High(weights));
            var s = Vector512.Create(x0[k]);
            a0 = Vector512.FusedMultiplyAdd(low, s, a0);
            b0 = Vector512.FusedMultiplyAdd(high, s, b0);
            s = Vector512.Create(x1[k]);
            a1 = Vector512.FusedMultiplyAdd(low, s, a1);
            b1 = Vector512.FusedMultiplyAdd(high, s, b1);
        }
        Store(y, a0, b0);
        Store(y + step, a1, b1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four<TReader>(float* x0, float* x1, float* x2, float* x3, nint inputs, byte* weights, float* y, nint step) where TReader : struct, IWeightReader
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        for (nint k = 0; k < inputs; k++, weights += TReader.Bytes)
        {
            Prefetching.Near(weights + Ahead);
            var (low, high) = (TReader.Low(weights), TReader.High(weights));
            var s = Vector512.Create(x0[k]);
            a0 = Vector512.FusedMultiplyAdd(low, s, a0);
            b0 = Vector512.FusedMultiplyAdd(high, s, b0);
            s = Vector512.Create(x1[k]);
            a1 = Vector512.FusedMultiplyAdd(low, s, a1);
            b1 = Vector512.FusedMultiplyAdd(high, s, b1);
            s = Vector512.Create(x2[k]);
            a2 = Vector512.FusedMultiplyAdd(low, s, a2);
            b2 = Vector512.FusedMultiplyAdd(high, s, b2);
            s = Vector512.Create(x3[k]);
            a3 = Vector512.FusedMultiplyAdd(low, s, a3);
            b3 = Vector512.FusedMultiplyAdd(high, s, b3);
        }
        Store(y, a0, b0);
        Store(y + step, a1, b1);
        Store(y + 2 * step, a2, b2);
        Store(y + 3 * step, a3, b3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight<TReader>(float* x0, float* x1, float* x2, float* x3, float* x4, float* x5, float* x6, float* x7, nint inputs, byte* weights, float* y, nint step) where TReader : struct, IWeightReader
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
        for (nint k = 0; k < inputs; k++, weights += TReader.Bytes)
        {
            Prefetching.Near(weights + Ahead);
            var (low, high) = (TReader.Low(weights), TReader.High(weights));
            var s = Vector512.Create(x0[k]);
            a0 = Vector512.FusedMultiplyAdd(low, s, a0);
            b0 = Vector512.FusedMultiplyAdd(high, s, b0);
            s = Vector512.Create(x1[k]);
            a1 = Vector512.FusedMultiplyAdd(low, s, a1);
            b1 = Vector512.FusedMultiplyAdd(high, s, b1);
            s = Vector512.Create(x2[k]);
            a2 = Vector512.FusedMultiplyAdd(low, s, a2);
            b2 = Vector512.FusedMultiplyAdd(high, s, b2);
            s = Vector512.Create(x3[k]);
            a3 = Vector512.FusedMultiplyAdd(low, s, a3);
            b3 = Vector512.FusedMultiplyAdd(high, s, b3);
            s = Vector512.Create(x4[k]);
            a4 = Vector512.FusedMultiplyAdd(low, s, a4);
            b4 = Vector512.FusedMultiplyAdd(high, s, b4);
            s = Vector512.Create(x5[k]);
            a5 = Vector512.FusedMultiplyAdd(low, s, a5);
            b5 = Vector512.FusedMultiplyAdd(high, s, b5);
            s = Vector512.Create(x6[k]);
            a6 = Vector512.FusedMultiplyAdd(low, s, a6);
            b6 = Vector512.FusedMultiplyAdd(high, s, b6);
            s = Vector512.Create(x7[k]);
            a7 = Vector512.FusedMultiplyAdd(low, s, a7);
            b7 = Vector512.FusedMultiplyAdd(high, s, b7);
        }
        Store(y, a0, b0);
        Store(y + step, a1, b1);
        Store(y + 2 * step, a2, b2);
        Store(y + 3 * step, a3, b3);
        Store(y + 4 * step, a4, b4);
        Store(y + 5 * step, a5, b5);
        Store(y + 6 * step, a6, b6);
        Store(y + 7 * step, a7, b7);
    }

    private static void Store(float* y, Vector512<float> low, Vector512<float> high)
    {
        low.Store(y);
        high.Store(y + 16);
    }
}
