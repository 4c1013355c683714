using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Losses;

/// <summary>First part of the pixel loss.</summary>
public enum PixelLossKind
{
    /// <summary>Mean squared error. As coded by the reference, which always adds it once more: 2 x MSE.</summary>
    L2,
    /// <summary>Mean absolute error, plus the mean squared error.</summary>
    L1,
}

/// <summary>Distance of the pixels as the reference computes it: the chosen loss plus the mean squared error (spec 8.2).</summary>
internal static class PixelLoss
{
    /// <param name="reconstruction">[B, 3, S, S]</param>
    /// <param name="target">[B, 3, S, S]</param>
    /// <param name="kind">First part.</param>
    public static Tensor Compute(Tensor reconstruction, Tensor target, PixelLossKind kind)
    {
        var difference = reconstruction - target;
        var square = difference.Squared().mean();
        return kind == PixelLossKind.L2 ? square.Times(2) : difference.abs().mean().Plus(square);
    }
}
