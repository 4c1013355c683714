using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>Norms are computed in float32, also behind a product that was not (see <see cref="MixedPrecision"/>).</summary>
internal static class ExactNorms
{
    public static Tensor CallExact(this LayerNorm norm, Tensor x) => norm.call(MixedPrecision.Exact(x));

    public static Tensor CallExact(this GroupNorm norm, Tensor x) => norm.call(MixedPrecision.Exact(x));
}
