using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace VFMTok.Kernels;

/// <summary>Asks for memory before it is needed: the hardware's own prefetching starts anew at every page.</summary>
internal static unsafe class Prefetching
{
    /// <summary>Brings a cache line near. Any address will do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Near(byte* address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(address);
    }
}
