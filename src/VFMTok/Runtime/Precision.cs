using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>What a network's matrix products and convolutions compute in. Weights, norms, softmax and losses stay float32.</summary>
public enum Precision
{
    /// <summary>bfloat16 where the hardware has instructions for it, else float32.</summary>
    Auto,
    /// <summary>float32: codes are exact.</summary>
    Float32,
    /// <summary>bfloat16: half the time where the hardware has instructions for it; slower than float32 elsewhere.</summary>
    BFloat16,
}

/// <summary>Mixed precision in the manner of torch.autocast, which TorchSharp does not have: inside of <c>Run</c>, linear layers, convolutions and attention compute in the given type,
/// from float32 weights that are cast at every use; everything else is float32 (spec 2.2).</summary>
internal static class MixedPrecision
{
    [ThreadStatic] private static ScalarType? _type;

    /// <summary>The type that a device computes in.</summary>
    public static ScalarType TypeOf(Precision precision, Device device) => precision switch
    {
        Precision.Float32 => ScalarType.Float32,
        Precision.BFloat16 => ScalarType.BFloat16,
        _ => Supports(device) ? ScalarType.BFloat16 : ScalarType.Float32,
    };

    /// <summary>Computes in a type, on this thread. Inner calls win: the islands of float32 are such.</summary>
    public static T Run<T>(ScalarType type, Func<T> compute)
    {
        using var scope = Begin(type);
        return compute();
    }

    /// <summary>The same until the result is disposed.</summary>
    public static Scope Begin(ScalarType type) => new(type);

    /// <summary>Input or weight of a matrix product.</summary>
    public static Tensor Cast(Tensor x) => Suits(x) ? x : x.to(_type!.Value);

    /// <summary>Whether a matrix product takes a tensor as it is.</summary>
    public static bool Suits(Tensor x) => _type is not { } type || x.dtype == type || !x.is_floating_point();

    /// <summary>The type that products with a weight give.</summary>
    public static ScalarType TypeFor(Tensor weight) => _type ?? weight.dtype;

    /// <summary>Input of what must be float32.</summary>
    public static Tensor Exact(Tensor x) => x.dtype == ScalarType.BFloat16 ? x.to(ScalarType.Float32) : x;

    // oneDNN has bfloat16 kernels from AVX512-BF16 on; without them it emulates, slower than float32. Every CUDA device that libtorch 2.10 supports multiplies in bfloat16.
    private static bool Supports(Device device) => device.type != TorchSharp.DeviceType.CPU || CpuSupports.Value;

    private static readonly Lazy<bool> CpuSupports = new(() => OperatingSystem.IsLinux() && File.Exists("/proc/cpuinfo")
        && File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("flags", StringComparison.Ordinal)) is { } flags && flags.Split(' ').Contains("avx512_bf16"));

    /// <summary>Computes in a type while it lives.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly ScalarType? _outer;

        public Scope(ScalarType type)
        {
            _outer = _type;
            _type = type;
        }

        public void Dispose() => _type = _outer;
    }
}
