using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Losses;

/// <summary>Factor that makes the adversarial loss pull at the last layer as strongly as the pixel losses do (arXiv 2012.09841, section 3.2; spec 8.2).</summary>
internal static class AdaptiveWeight
{
    /// <summary>||d picture / dW|| / (||d fooling / dW|| + 1e-4), at most 10,000, without gradient.</summary>
    /// <param name="picture">Pixel and perceptual losses together.</param>
    /// <param name="fooling">The generator's adversarial loss.</param>
    /// <param name="lastLayer">W: weight of the layer that makes the pixels.</param>
    public static Tensor Compute(Tensor picture, Tensor fooling, Tensor lastLayer) =>
        (Length(picture, lastLayer) / Length(fooling, lastLayer).Plus(1e-4)).Clamped(0, 1e4).detach();

    private static Tensor Length(Tensor loss, Tensor weight) => autograd.grad([loss], [weight], retain_graph: true)[0].Squared().sum().sqrt();
}
