using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>A linear layer with PyTorch's start values, uniform in +- 1 / sqrt(input), that computes in the type of <see cref="MixedPrecision"/>.</summary>
internal sealed class LinearLayer : nn.Module<Tensor, Tensor>
{
    /// <param name="input">Channels in.</param>
    /// <param name="output">Channels out.</param>
    /// <param name="hasBias">Whether a number per channel is added.</param>
    public LinearLayer(long input, long output, bool hasBias) : base(nameof(LinearLayer))
    {
        var bound = 1 / Math.Sqrt(input);
        Weight = Weights.Of(SeededDraws.Symmetric(bound, output, input));
        register_parameter("weight", Weight);
        if (!hasBias) return;
        Bias = Weights.Of(SeededDraws.Symmetric(bound, output));
        register_parameter("bias", Bias);
    }

    internal Parameter Weight { get; }

    internal Parameter? Bias { get; }

    /// <param name="x">[..., in]</param>
    /// <returns>[..., out]</returns>
    public override Tensor forward(Tensor x) => IndependentRows.Concern(x, Weight)
        ? IndependentRows.Linear(x, Weight, Bias)
        : nn.functional.linear(MixedPrecision.Cast(x), MixedPrecision.Cast(Weight), Bias is null ? null : MixedPrecision.Cast(Bias));
}
