using static TorchSharp.torch;

namespace VFMTok.Checkpoints;

/// <summary>Types of numbers that files hold.</summary>
internal static class ElementTypes
{
    /// <summary>Bytes of one number.</summary>
    public static int SizeOf(ScalarType type) => type switch
    {
        ScalarType.Float64 or ScalarType.Int64 => 8,
        ScalarType.Float32 or ScalarType.Int32 => 4,
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => 2,
        ScalarType.Int8 or ScalarType.Byte or ScalarType.Bool => 1,
        _ => throw new ArgumentException($"Tensors of type {type} are not supported.", nameof(type)),
    };
}
