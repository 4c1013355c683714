using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VFMTok.Kernels;

/// <summary>Sixteen numbers from and to memory that holds float32 or bfloat16.</summary>
internal static unsafe class Floats
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from) => Vector512.Load(from);

    /// <summary>bfloat16 is the upper half of float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ushort* from)
    {
        var (low, high) = Vector256.Widen(Vector256.Load(from));
        return (Vector512.Create(low, high) << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> x, float* to) => x.Store(to);

    /// <summary>Rounded, to even in the middle; finite numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> x, ushort* to)
    {
        var bits = x.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >>> 16) & Vector512<uint>.One)) >>> 16;
        Vector256.Narrow(rounded.GetLower(), rounded.GetUpper()).Store(to);
    }

    /// <summary>One number.</summary>
    public static float Read(ushort half) => BitConverter.UInt32BitsToSingle((uint)half << 16);
}
