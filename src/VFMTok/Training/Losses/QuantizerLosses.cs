using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Losses;

/// <summary>The two halves of vector quantization's objective (arXiv 1711.00937; spec section 5). Means over all elements.</summary>
internal static class QuantizerLosses
{
    /// <summary>Moves the codes to the vectors.</summary>
    /// <param name="codes">[N, E]: chosen codes.</param>
    /// <param name="input">[N, E]: normalised vectors.</param>
    public static Tensor Codebook(Tensor codes, Tensor input) => (codes - input.detach()).Squared().mean();

    /// <summary>Moves the vectors to the codes.</summary>
    /// <param name="codes">[N, E]</param>
    /// <param name="input">[N, E]</param>
    /// <param name="beta">Weight; the paper's is 0.25.</param>
    public static Tensor Commitment(Tensor codes, Tensor input, double beta = 0.25) => (codes.detach() - input).Squared().mean().Times(beta);
}
