using static TorchSharp.torch;

namespace VFMTok.Tests.Training.Discriminators;

internal static class TensorComparison
{
    /// <summary>Whether shapes and all numbers are equal.</summary>
    public static bool SameAs(this Tensor x, Tensor y) => x.shape.SequenceEqual(y.shape) && x.eq(y).all().item<bool>();
}
