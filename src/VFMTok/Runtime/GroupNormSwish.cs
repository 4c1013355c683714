using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Kernels;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>Group norm and swish with the library's own kernel (<see cref="NormSwish"/>): on the CPU, without a gradient.</summary>
internal static unsafe class GroupNormSwish
{
    /// <summary>Applies both.</summary>
    /// <param name="norm">Norm, float32.</param>
    /// <param name="x">[B, C, H, W], float32 or bfloat16.</param>
    /// <param name="inPlace">Whether x may be overwritten.</param>
    /// <returns>[B, C, H, W]</returns>
    public static Tensor Apply(GroupNorm norm, Tensor x, bool inPlace)
    {
        var sizes = new NormSwish.Sizes((int)x.shape[0], (int)x.shape[1], (int)(x.shape[2] * x.shape[3]), (int)norm.num_groups);
        Shapes.Require(norm.weight!, [sizes.Channels]);
        using var from = x.contiguous();
        var y = inPlace && x.is_contiguous() ? x : empty(x.shape, dtype: x.dtype);
        NormSwish.Apply((void*)TensorMemory.Address(from), (void*)TensorMemory.Address(y), (float*)TensorMemory.Address(norm.weight!), (float*)TensorMemory.Address(norm.bias!), (float)norm.eps, sizes,
            x.dtype == ScalarType.BFloat16, get_num_threads());
        return y;
    }
}
