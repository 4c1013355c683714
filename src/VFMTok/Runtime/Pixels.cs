using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>Bytes in managed memory to tensors on a device, and back.</summary>
internal static class Pixels
{
    /// <summary>[-1, 1] images of RGB bytes: (u8 / 255 - 0.5) / 0.5.</summary>
    /// <param name="rgb">count * size * size * 3 bytes, rows top-down.</param>
    /// <param name="count">Images B.</param>
    /// <param name="size">Side S.</param>
    /// <param name="device">Where to.</param>
    /// <returns>[B, 3, S, S] float32</returns>
    public static Tensor ToImages(ReadOnlySpan<byte> rgb, int count, int size, Device device)
    {
        RequireLength(rgb.Length, (long)count * size * size * 3, nameof(rgb));
        var bytes = empty([count, size, size, 3], dtype: ScalarType.Byte);
        rgb.CopyTo(bytes.bytes);
        return Upload(bytes, device).permute(0, 3, 1, 2).to(ScalarType.Float32).Over(255).Minus(0.5).Over(0.5);
    }

    // From pinned memory the copy to a GPU goes on while this thread does other things; libtorch keeps the memory until it has ended.
    private static Tensor Upload(Tensor bytes, Device device) => device.type == DeviceType.CUDA ? bytes.pin_memory().to(device, non_blocking: true) : bytes.to(device);

    /// <summary>Copies an int64 tensor into 32-bit integers.</summary>
    public static void CopyTo(Tensor integers, Span<int> target) =>
        MemoryMarshal.Cast<byte, int>(integers.to(ScalarType.Int32).cpu().contiguous().bytes).CopyTo(target);

    /// <summary>An int64 tensor of 32-bit integers.</summary>
    public static Tensor ToIndices(ReadOnlySpan<int> values, ReadOnlySpan<long> shape, Device device) => tensor(values.ToArray(), shape).to(ScalarType.Int64).to(device);

    /// <summary>Checks the length of a buffer.</summary>
    /// <exception cref="ArgumentException">It differs.</exception>
    public static void RequireLength(long actual, long expected, string name)
    {
        if (actual != expected) throw new ArgumentException($"'{name}' has {actual} elements where {expected} are needed.", name);
    }
}
