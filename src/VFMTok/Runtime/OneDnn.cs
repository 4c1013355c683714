using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>oneDNN's matrix product on the CPU, with bias and activation in the same pass.</summary>
/// <remarks>
/// For float32 libtorch's own linear layer calls MKL, whose product stays below half of the machine's speed on processors with AVX-512 that are not Intel's; oneDNN, which libtorch has for its
/// convolutions, takes 0.4 to 0.7 of the time there (docs/benchmarks.md). It is reached by <c>aoti_torch_cpu__linear_pointwise</c>, a function of libtorch's C interface for models that are
/// compiled ahead of time; a tensor's handle is the same pointer there as in TorchSharp. Where a libtorch lacks the function, everything works without it. It has no gradient.
/// </remarks>
internal static unsafe class OneDnn
{
    private const long WorthIt = 1 << 20; // multiplications; below, the way through another library costs more than it saves

    // X, W, B, activation, its numbers, how many, its variant, result; 0 = all went well.
    private static readonly delegate* unmanaged<IntPtr, IntPtr, IntPtr*, byte*, double**, long, byte**, IntPtr*, int> LinearPointwise =
        (delegate* unmanaged<IntPtr, IntPtr, IntPtr*, byte*, double**, long, byte**, IntPtr*, int>)Find("aoti_torch_cpu__linear_pointwise");

    /// <summary>Whether this libtorch has the function.</summary>
    public static bool IsAvailable => LinearPointwise != null;

    /// <summary>Whether a product should go this way: on the CPU, without a gradient, and large enough.</summary>
    /// <param name="x">[..., in]</param>
    /// <param name="weight">[out, in]</param>
    public static bool Serves(Tensor x, Tensor weight) =>
        IsAvailable && x.device_type == DeviceType.CPU && weight.device_type == DeviceType.CPU && x.dtype is ScalarType.Float32 or ScalarType.BFloat16 && x.dtype == weight.dtype
        && !is_grad_enabled() && x.numel() * weight.shape[0] >= WorthIt;

    /// <summary><c>x weight^T + bias</c>, and GELU (erf) of that if wanted.</summary>
    /// <param name="x">[..., in], of a type and place that <see cref="Serves"/>.</param>
    /// <param name="weight">[out, in]</param>
    /// <param name="bias">[out] or null.</param>
    /// <param name="gelu">Whether the activation follows.</param>
    /// <returns>[..., out]</returns>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias, bool gelu = false)
    {
        var (output, input) = (weight.shape[0], weight.shape[1]);
        if (x.shape[^1] != input || bias is not null && (bias.numel() != output || bias.dtype != x.dtype))
            throw new ArgumentException($"A product of [{string.Join(", ", x.shape)}] with a weight of [{output}, {input}] does not fit together.");
        IntPtr result = 0, third = bias?.Handle ?? 0;
        int fault;
        fixed (byte* activation = gelu ? "gelu\0"u8 : "none\0"u8, variant = "none\0"u8)
        {
            var exact = variant;
            fault = LinearPointwise(x.Handle, weight.Handle, bias is null ? null : &third, activation, null, 0, gelu ? &exact : null, &result);
        }
        GC.KeepAlive(x);
        GC.KeepAlive(weight);
        GC.KeepAlive(bias);
        return fault == 0 ? Tensor.UnsafeCreateTensor(result) : throw new InvalidOperationException($"oneDNN's product of [{string.Join(", ", x.shape)}] with [{output}, {input}] failed in libtorch.");
    }

    private static IntPtr Find(string function)
    {
        foreach (var name in new[] { "libtorch_cpu.so", "torch_cpu.dll", "libtorch_cpu.dylib" })
            if (NativeLibrary.TryLoad(name, out var library) && NativeLibrary.TryGetExport(library, function, out var address)) return address; // already in the process: found by its name
        return 0;
    }
}
