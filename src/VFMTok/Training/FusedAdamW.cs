using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>Numbers of one step of <see cref="AdamW"/>.</summary>
/// <param name="Shrink">Factor on the gradients: clipping.</param>
/// <param name="Keep">Factor on the values that decay.</param>
/// <param name="Change">Learning rate with the first moments' correction, negative.</param>
/// <param name="Correction">Factor on the root of the second moments.</param>
internal readonly record struct AdamWStep(double Shrink, double Keep, double Change, double Correction);

/// <summary>Steps of <see cref="AdamW"/> on a CPU: one pass over memory for the gradients' norm and one for everything else, by vector instructions on all threads.</summary>
/// <remarks>
/// A step is bound by memory: it reads five numbers for each parameter and writes five. libtorch's operations, a dozen for each cache-sized part, take twice the time.
/// Results depend neither on the number of threads nor on the width of the machine's vectors: every number is computed by itself, and squares are summed in shares of one size, each in sixteen
/// sums of float64, which are added in order.
/// </remarks>
internal sealed unsafe class FusedAdamW
{
    private const int Share = 1 << 16;  // numbers that a thread takes at a time; less than two shares are done before other threads wake
    private const int Block = 16;       // numbers summed side by side; lengths are multiples of it

    private readonly float* _gradients, _values, _first, _second, _average;
    private readonly long _decaying, _length;
    private readonly float _beta1, _beta2, _takeFirst, _takeSecond, _averageDecay, _takeAverage, _epsilon;

    /// <summary>Buffers as <see cref="AdamW"/> keeps them: float32 on the CPU, of one length, a multiple of sixteen. They stay the caller's and must live as long as this.</summary>
    /// <param name="gradients">[N]</param>
    /// <param name="values">[N]</param>
    /// <param name="first">[N]</param>
    /// <param name="second">[N]</param>
    /// <param name="average">[N], or null for none.</param>
    /// <param name="decaying">So many values, from the first on, decay; a multiple of sixteen.</param>
    /// <param name="beta1">Decay of the first moments.</param>
    /// <param name="beta2">Decay of the second moments.</param>
    /// <param name="epsilon">Added to the root of the second moments.</param>
    /// <param name="averageDecay">Decay of the average.</param>
    public FusedAdamW(Tensor gradients, Tensor values, Tensor first, Tensor second, Tensor? average, long decaying, double beta1, double beta2, double epsilon, double averageDecay)
    {
        _length = gradients.numel();
        if (_length < Block || _length % Block != 0 || decaying % Block != 0 || decaying < 0 || decaying > _length)
            throw new ArgumentException($"{_length} numbers of which {decaying} decay; allowed are multiples of {Block}, the second not above the first.");
        _gradients = Start(gradients);
        _values = Start(values);
        _first = Start(first);
        _second = Start(second);
        if (average is not null) _average = Start(average);
        _decaying = decaying;
        (_beta1, _takeFirst, _beta2, _takeSecond, _averageDecay, _takeAverage, _epsilon) = ((float)beta1, (float)(1 - beta1), (float)beta2, (float)(1 - beta2), (float)averageDecay, (float)(1 - averageDecay), (float)epsilon);
    }

    /// <summary>Norm of all gradients together.</summary>
    /// <param name="threads">At most this many.</param>
    public double Norm(int threads)
    {
        var sums = new double[(_length + Share - 1) / Share];
        InShares(0, _length, threads, (start, count) => sums[start / Share] = SumOfSquares(_gradients + start, count));
        double sum = 0;
        foreach (var s in sums) sum += s;
        return Math.Sqrt(sum);
    }

    /// <summary>Takes the step: moments, values and average move on, and the gradients become zero.</summary>
    /// <param name="step">Its numbers.</param>
    /// <param name="threads">At most this many.</param>
    public void Step(AdamWStep step, int threads)
    {
        InShares(0, _decaying, threads, (start, count) => Step(step, (float)step.Keep, start, count));
        InShares(_decaying, _length, threads, (start, count) => Step(step, 1, start, count));
    }

    private void Step(AdamWStep step, float keep, long start, int count)
    {
        var (beta1, takeFirst, beta2, takeSecond) = (Vector256.Create(_beta1), Vector256.Create(_takeFirst), Vector256.Create(_beta2), Vector256.Create(_takeSecond));
        var (shrink, kept, change, correction, epsilon) = (Vector256.Create((float)step.Shrink), Vector256.Create(keep), Vector256.Create((float)step.Change), Vector256.Create((float)step.Correction), Vector256.Create(_epsilon));
        var (averageDecay, takeAverage) = (Vector256.Create(_averageDecay), Vector256.Create(_takeAverage));
        float* g = _gradients + start, w = _values + start, m = _first + start, v = _second + start, a = _average is null ? null : _average + start;
        for (var i = 0; i < count; i += Vector256<float>.Count)
        {
            var gradient = Vector256.Load(g + i) * shrink;
            Vector256<float>.Zero.Store(g + i);
            var first = Vector256.FusedMultiplyAdd(gradient, takeFirst, Vector256.Load(m + i) * beta1);
            first.Store(m + i);
            var second = Vector256.FusedMultiplyAdd(takeSecond * gradient, gradient, Vector256.Load(v + i) * beta2);
            second.Store(v + i);
            var value = Vector256.Load(w + i) * kept + change * first / Vector256.FusedMultiplyAdd(Vector256.Sqrt(second), correction, epsilon);
            value.Store(w + i);
            if (a is not null) Vector256.FusedMultiplyAdd(value, takeAverage, Vector256.Load(a + i) * averageDecay).Store(a + i);
        }
    }

    private static double SumOfSquares(float* x, int count)
    {
        Vector256<double> a = default, b = default, c = default, d = default;
        for (var i = 0; i < count; i += Block)
        {
            var (p, q) = Vector256.Widen(Vector256.Load(x + i));
            var (r, s) = Vector256.Widen(Vector256.Load(x + i + Block / 2));
            (a, b, c, d) = (Vector256.FusedMultiplyAdd(p, p, a), Vector256.FusedMultiplyAdd(q, q, b), Vector256.FusedMultiplyAdd(r, r, c), Vector256.FusedMultiplyAdd(s, s, d));
        }
        var sums = a + b + (c + d);
        return sums[0] + sums[1] + (sums[2] + sums[3]);
    }

    private static void InShares(long start, long end, int threads, Action<long, int> work)
    {
        var shares = (end - start + Share - 1) / Share;
        void One(long i) => work(start + i * Share, (int)Math.Min(Share, end - start - i * Share));
        if (threads > 1 && shares > 1) Parallel.For(0, shares, new ParallelOptions { MaxDegreeOfParallelism = threads }, One);
        else
            for (long i = 0; i < shares; i++) One(i);
    }

    // A tensor hands out at most 2 GB of its memory as a span; the first block says where it starts.
    private float* Start(Tensor buffer)
    {
        if (buffer.dtype != ScalarType.Float32 || buffer.device_type != DeviceType.CPU || !buffer.is_contiguous() || buffer.numel() != _length)
            throw new ArgumentException($"A buffer has {buffer.numel()} numbers of {buffer.dtype} on {buffer.device}; needed are {_length} contiguous ones of Float32 on the CPU.");
        using var block = buffer.narrow(0, 0, Block);
        fixed (byte* start = block.bytes) return (float*)start;
    }
}
