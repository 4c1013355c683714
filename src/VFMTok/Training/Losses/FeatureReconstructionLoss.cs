using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Losses;

/// <summary>The semantic objective (paper section 3.3, spec 8.2): the tokens must predict the frozen model's last features.</summary>
internal static class FeatureReconstructionLoss
{
    /// <summary>Mean of 1 - cosine similarity over images and places.</summary>
    /// <param name="predicted">[B, N, F]</param>
    /// <param name="target">[B, N, F]</param>
    public static Tensor Compute(Tensor predicted, Tensor target) =>
        nn.functional.cosine_similarity(predicted, target.detach(), dim: 2, eps: 1e-6).mean().neg().Plus(1);
}
