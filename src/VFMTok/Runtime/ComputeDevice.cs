using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>Where networks run: the CPU or one GPU.</summary>
public sealed record ComputeDevice
{
    private ComputeDevice(int? gpu) => Gpu = gpu;

    /// <summary>The CPU.</summary>
    public static ComputeDevice Cpu { get; } = new((int?)null);

    /// <summary>Index of the GPU; null = CPU.</summary>
    public int? Gpu { get; }

    internal Device Torch => Gpu is { } index ? new Device(DeviceType.CUDA, index) : CPU;

    /// <summary>Chooses as ML.NET's <c>GpuDeviceId</c> and <c>FallbackToCpu</c> ask.</summary>
    /// <param name="gpuDeviceId">Index of the GPU, or null for the CPU.</param>
    /// <param name="fallbackToCpu">Whether the CPU will do when there is no such GPU.</param>
    /// <exception cref="InvalidOperationException">There is no such GPU and <paramref name="fallbackToCpu"/> is false.</exception>
    public static ComputeDevice Select(int? gpuDeviceId, bool fallbackToCpu)
    {
        NativeBackend.EnsureLoaded();
        if (gpuDeviceId is not { } index) return Cpu;
        var count = cuda.is_available() ? cuda.device_count() : 0;
        if (index >= 0 && index < count) return new ComputeDevice(index);
        if (fallbackToCpu) return Cpu;
        throw new InvalidOperationException(count == 0
            ? $"GPU {index} was asked for but no GPU is usable; set FallbackToCpu, leave GpuDeviceId null, or build the application with TorchBackend=cuda on a machine with an NVIDIA driver."
            : $"GPU {index} was asked for but there are GPUs 0 to {count - 1} only; choose one of them or set FallbackToCpu.");
    }

    /// <inheritdoc/>
    public override string ToString() => Gpu is { } index ? $"GPU {index}" : "CPU";
}
