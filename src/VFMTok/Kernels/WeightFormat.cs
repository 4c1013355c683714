using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VFMTok.Kernels;

/// <summary>What the weights of <see cref="PackedWeights"/> are stored as.</summary>
internal enum WeightFormat
{
    /// <summary>bfloat16: float32 without its last 16 bits.</summary>
    BFloat16,
    /// <summary>Eight bits, with one float32 scale for each output channel.</summary>
    Int8,
}

/// <summary>How the weights of 32 output channels for one input channel become two vectors of float32.</summary>
internal unsafe interface IWeightReader
{
    /// <summary>Bytes of 32 weights.</summary>
    static abstract int Bytes { get; }

    /// <summary>Channels 0 to 15.</summary>
    static abstract Vector512<float> Low(byte* weights);

    /// <summary>Channels 16 to 31.</summary>
    static abstract Vector512<float> High(byte* weights);
}

/// <summary>Sixteen words of 32 bits; word i holds the weight of channel i in its lower half and that of channel i + 16 in its upper half.</summary>
internal readonly unsafe struct BFloat16Reader : IWeightReader
{
    public static int Bytes => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Low(byte* weights) => (Vector512.Load((uint*)weights) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> High(byte* weights) => (Vector512.Load((uint*)weights) & Vector512.Create(0xFFFF0000u)).AsSingle();
}

/// <summary>32 signed bytes in the order of the channels.</summary>
internal readonly unsafe struct Int8Reader : IWeightReader
{
    public static int Bytes => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Low(byte* weights) => Widen(weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> High(byte* weights) => Widen(weights + 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Widen(byte* weights)
    {
        if (Avx512F.IsSupported) return Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load((sbyte*)weights)));
        var (low, high) = Vector128.Widen(Vector128.Load((sbyte*)weights));
        return Vector512.Create(Vector256.Create(Single(Vector128.WidenLower(low)), Single(Vector128.WidenUpper(low))), Vector256.Create(Single(Vector128.WidenLower(high)), Single(Vector128.WidenUpper(high))));

        static Vector128<float> Single(Vector128<int> x) => Vector128.ConvertToSingle(x);
    }
}

/// <summary>32 numbers of float32 in the order of the channels.</summary>
internal readonly unsafe struct Float32Reader : IWeightReader
{
    public static int Bytes => 128;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Low(byte* weights) => Vector512.Load((float*)weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> High(byte* weights) => Vector512.Load((float*)weights + 16);
}
