using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tokenizer;

/// <summary>k-means on the unit sphere (Dhillon and Modha 2001): the centres of a codebook that is used from the first step on.</summary>
internal static class SphericalKMeans
{
    private const double Jitter = 0.02; // tells copies of a vector apart

    /// <summary>Clusters vectors.</summary>
    /// <param name="vectors">[N, E], each of length one.</param>
    /// <param name="count">Centres K; may be more than N.</param>
    /// <param name="rounds">Rounds of Lloyd's algorithm.</param>
    /// <param name="seed">Of the start, a random choice of the vectors.</param>
    /// <returns>[K, E], each of length one.</returns>
    public static Tensor Centres(Tensor vectors, int count, int rounds, long seed) => SeededDraws.Run(seed, () =>
    {
        var (n, width) = (vectors.shape[0], vectors.shape[1]);
        var chosen = cat(Enumerable.Range(0, (int)((count + n - 1) / n)).Select(_ => SeededDraws.Uniform(CPU, n).argsort()).ToArray()).narrow(0, 0, count); // [K]
        var centres = vectors.index_select(0, chosen.to(vectors.device));
        if (count > n) centres = centres.Plus(SeededDraws.Normal(Jitter, count, width).to(vectors.device));
        centres = nn.functional.normalize(centres, dim: 1);                                             // [K, E]
        for (var round = 0; round < rounds; round++)
        {
            var nearest = vectors.mm(centres.t()).argmax(1);                                            // [N]
            var sums = zeros_like(centres);
            sums.index_add_(0, nearest, vectors, ScalarArithmetic.Constant(1));                         // [K, E]
            var empty = sums.Squared().sum(1, keepdim: true).Below(1e-12);                              // [K, 1]: keeps its centre
            centres = where(empty, centres, nn.functional.normalize(sums, dim: 1));
        }
        return centres;
    });
}
