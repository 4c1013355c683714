using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>Where the numbers of a tensor on the CPU lie, for the library's own kernels.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Address of the first number, also of a view that skips some. It is valid as long as the tensor lives.</summary>
    public static nint Address(Tensor x)
    {
        using var first = x.as_strided([1], [1], x.storage_offset()); // a view of one number: TorchSharp hands out the bytes of contiguous tensors only
        fixed (byte* start = first.bytes) return (nint)start;
    }
}
