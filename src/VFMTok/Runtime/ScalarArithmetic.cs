using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>Arithmetic between tensors and numbers whose native operands stay alive for the whole call. The library uses these instead of TorchSharp's operators.</summary>
/// <remarks>
/// TorchSharp 0.107 turns every number into a finalizable <see cref="Scalar"/> and hands its native pointer on without keeping the object alive. A garbage collection
/// during the call frees the number while libtorch reads it: "Unknown scalar type", or silently another number. Even <c>tensor + tensor</c> is concerned (its hidden
/// factor 1). Constants live for ever here; a test scans the library's code for calls that would make temporary ones (ScalarLifetimeTests).
/// </remarks>
internal static class ScalarArithmetic
{
    private static readonly ConcurrentDictionary<double, Scalar> Constants = new();
    private static readonly Scalar One = 1.0;

    /// <summary>A number of the code or of a configuration, kept for ever. Numbers that change from step to step are made and disposed by their user.</summary>
    public static Scalar Constant(double value) => Constants.GetOrAdd(value, static v => v);

    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);
    /// <summary>x + y * z in one pass over memory.</summary>
    public static Tensor PlusProduct(this Tensor x, Tensor y, Tensor z) => x.addcmul(y, z, One);
    /// <summary>x += y.</summary>
    public static Tensor PlusInPlace(this Tensor x, Tensor y) => x.add_(y, One);
    public static Tensor Plus(this Tensor x, double y) => x.add(Constant(y), One);
    public static Tensor Minus(this Tensor x, double y) => x.sub(Constant(y));
    public static Tensor Times(this Tensor x, double y) => x.mul(Constant(y));
    public static Tensor Over(this Tensor x, double y) => x.div(Constant(y));
    public static Tensor Clamped(this Tensor x, double low, double high) => x.clamp(Constant(low), Constant(high));
    public static Tensor Above(this Tensor x, double y) => x.gt(Constant(y));
    public static Tensor Below(this Tensor x, double y) => x.lt(Constant(y));
    public static Tensor Filled(this Tensor x, Tensor mask, double value) => x.masked_fill(mask, Constant(value));
    public static Tensor FullLike(Tensor x, double value) => full_like(x, Constant(value));

    /// <summary>x * x: TorchSharp's own square() makes a temporary exponent.</summary>
    public static Tensor Squared(this Tensor x) => x * x;
}
