using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VFMTok.Kernels;

/// <summary>What activations are stored as. Kernels compute in float32.</summary>
internal unsafe interface IStoredNumbers
{
    /// <summary>Bytes of a number.</summary>
    static abstract int Size { get; }

    /// <summary>Reads sixteen.</summary>
    static abstract Vector512<float> Load(byte* from);

    /// <summary>Writes sixteen.</summary>
    static abstract void Store(Vector512<float> x, byte* to);
}

/// <summary>float32.</summary>
internal readonly unsafe struct Float32Numbers : IStoredNumbers
{
    public static int Size => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* from) => Vector512.Load((float*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> x, byte* to) => x.Store((float*)to);
}

/// <summary>bfloat16: the upper half of float32, rounded to even in the middle. Numbers are finite.</summary>
internal readonly unsafe struct BFloat16Numbers : IStoredNumbers
{
    public static int Size => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* from)
    {
        var (low, high) = Vector256.Widen(Vector256.Load((ushort*)from));
        return (Vector512.Create(low, high) << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> x, byte* to)
    {
        var bits = x.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >>> 16) & Vector512<uint>.One)) >>> 16;
        Vector256.Narrow(rounded.GetLower(), rounded.GetUpper()).Store((ushort*)to);
    }
}
