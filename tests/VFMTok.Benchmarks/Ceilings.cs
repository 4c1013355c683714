using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace VFMTok.Benchmarks;

/// <summary>What the machine can do at most: the standards that the library's work is measured against, in the same process and taking turns with it.</summary>
internal sealed class Ceilings : IDisposable
{
    private const int Side = 2048, Channels = 256, Pixels = 168;
    private const long ReadBytes = 256L << 20;

    private readonly ScalarType _type;
    private readonly Tensor _left, _right, _image, _kernel;

    public Ceilings(ScalarType type, Device device)
    {
        _type = type;
        Tensor Random(params long[] shape) => rand(shape, device: device).to(type).DetachFromDisposeScope();
        (_left, _right, _image, _kernel) = (Random(Side, Side), Random(Side, Side), Random(1, Channels, Pixels, Pixels), Random(Channels, Channels, 3, 3));
    }

    private static double ProductWork => 2.0 * Side * Side * Side;

    private static double ConvolutionWork => 2.0 * Channels * Channels * 9 * Pixels * Pixels;

    /// <summary>Floating-point operations per second of both standards, and of pieces of work.</summary>
    /// <param name="rounds">The median of so many.</param>
    /// <param name="work">Each with its floating-point operations, a multiplication and an addition counting as two.</param>
    public Rates Measure(int rounds, params (Action Run, double Operations)[] work)
    {
        using var noGradient = no_grad();
        var times = Measured.Medians(rounds, [() => _left.mm(_right), () => nn.functional.conv2d(_image, _kernel, padding: [1, 1]), .. work.Select(w => w.Run)]);
        return new Rates(ProductWork / times[0], ConvolutionWork / times[1], [.. work.Select((w, i) => w.Operations / times[i + 2])], [.. times[2..]]);
    }

    /// <summary>Prints both standards.</summary>
    public void Print(Rates rates)
    {
        Measured.Print("ceiling: 2048^3 matrix product", rates.Product / 1e9, "GFLOP/s", $"{_type}", 1);
        Measured.Print("ceiling: 3x3 convolution, 256 channels, 168 px", rates.Convolution / 1e9, "GFLOP/s", $"{_type}", 1);
    }

    /// <summary>Work that reads 256 MB from end to end, on all threads.</summary>
    public static (Action Run, long Bytes) Read()
    {
        var memory = new float[ReadBytes / sizeof(float)];
        memory.AsSpan().Fill(1);
        return (() => Parallel.For(0, get_num_threads(), part => Sum(memory.AsSpan(part * (memory.Length / get_num_threads()), memory.Length / get_num_threads()))), ReadBytes);
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { _left, _right, _image, _kernel }) tensor.Dispose();
    }

    private static float Sum(ReadOnlySpan<float> values)
    {
        Vector512<float> a = default, b = default, c = default, d = default;
        ref var start = ref System.Runtime.InteropServices.MemoryMarshal.GetReference(values);
        for (nuint i = 0; i + 64 <= (nuint)values.Length; i += 64)
        {
            a += Vector512.LoadUnsafe(ref start, i);
            b += Vector512.LoadUnsafe(ref start, i + 16);
            c += Vector512.LoadUnsafe(ref start, i + 32);
            d += Vector512.LoadUnsafe(ref start, i + 48);
        }
        return Vector512.Sum(a + b + c + d);
    }
}

/// <summary>Operations per second, and seconds.</summary>
/// <param name="Product">Of the matrix product.</param>
/// <param name="Convolution">Of the convolution.</param>
/// <param name="Work">Of the work.</param>
/// <param name="Seconds">Of the work.</param>
internal sealed record Rates(double Product, double Convolution, double[] Work, double[] Seconds);
