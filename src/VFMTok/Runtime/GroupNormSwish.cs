using System.Runtime.Intrinsics;
using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Kernels;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>Group norm and swish with the library's own kernel (<see cref="NormSwish"/>): on the CPU, without a gradient.</summary>
internal static unsafe class GroupNormSwish
{
    /// <summary>Whether the kernel can be used.</summary>
    /// <param name="x">[B, C, H, W]</param>
    public static bool Serves(Tensor x) => Vector512.IsHardwareAccelerated && x.device_type == DeviceType.CPU && x.dtype is ScalarType.Float32 or ScalarType.BFloat16 && !is_grad_enabled()
        && NormSwish.Serves((int)x.shape[1]);

    /// <summary>Applies both.</summary>
    /// <param name="norm">Norm, float32.</param>
    /// <param name="x">[B, C, H, W] that <see cref="Serves"/>.</param>
    /// <param name="inPlace">Whether x may be overwritten.</param>
    /// <returns>[B, C, H, W], channels last.</returns>
    public static Tensor Apply(GroupNorm norm, Tensor x, bool inPlace)
    {
        var sizes = new NormSwish.Sizes((int)x.shape[0], (int)x.shape[1], (int)(x.shape[2] * x.shape[3]), (int)norm.num_groups);
        Shapes.Require(norm.weight!, [sizes.Channels]);
        using var from = x.permute(0, 2, 3, 1).contiguous();                               // [B, H, W, C]
        using var to = inPlace ? from.alias() : empty(from.shape, dtype: x.dtype);
        byte* source = (byte*)TensorMemory.Address(from), target = (byte*)TensorMemory.Address(to);
        float* scale = (float*)TensorMemory.Address(norm.weight!), shift = (float*)TensorMemory.Address(norm.bias!);
        if (x.dtype == ScalarType.BFloat16) NormSwish.Apply<BFloat16Numbers>(source, target, scale, shift, (float)norm.eps, sizes, get_num_threads());
        else NormSwish.Apply<Float32Numbers>(source, target, scale, shift, (float)norm.eps, sizes, get_num_threads());
        return to.permute(0, 3, 1, 2);                                                     // [B, C, H, W]
    }

    /// <summary>Lays the channels of an image side by side.</summary>
    /// <param name="x">[B, C, H, W]</param>
    public static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
