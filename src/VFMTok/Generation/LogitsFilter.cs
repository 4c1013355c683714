using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Generation;

/// <summary>Temperature, top-k and top-p on logits (spec 9.6).</summary>
internal static class LogitsFilter
{
    /// <summary>Divides by the temperature and removes what may not be drawn.</summary>
    /// <param name="logits">[B, K]</param>
    /// <param name="options">Temperature, top-k, top-p.</param>
    /// <returns>[B, K]; removed entries are negative infinity.</returns>
    public static Tensor Apply(Tensor logits, SamplingOptions options) =>
        Restrict(logits.Over(Math.Max(options.Temperature, 1e-5)), options.TopK, options.TopP);

    /// <summary>Top-k first (ties with the k-th survive), then top-p on what is left (an entry goes when the mass before it already exceeds p).</summary>
    internal static Tensor Restrict(Tensor logits, int topK, double topP, int minimum = 1)
    {
        if (topK > 0)
        {
            var k = Math.Min(Math.Max(topK, minimum), (int)logits.shape[^1]);
            var least = logits.topk(k).values.narrow(-1, k - 1, 1);                       // [B, 1]
            logits = logits.Filled(logits < least, double.NegativeInfinity);
        }
        if (topP >= 1) return logits;
        var (sorted, order) = logits.sort(descending: true);                              // [B, K]
        var tooFar = sorted.softmax(-1).cumsum(-1).Above(topP);                             // [B, K]
        if (minimum > 1) tooFar.narrow(-1, 0, minimum).zero_();
        var removed = cat([zeros_like(tooFar.narrow(-1, 0, 1)), tooFar.narrow(-1, 0, tooFar.shape[^1] - 1)], -1); // the mass before counts, not the mass with it
        return logits.Filled(removed.scatter(-1, order, removed), double.NegativeInfinity);
    }

    /// <summary>Draws one code per row by inverting the cumulative distribution.</summary>
    /// <param name="filtered">[B, K]</param>
    /// <param name="uniform">[B, 1] in [0, 1).</param>
    /// <returns>[B] int64</returns>
    public static Tensor Draw(Tensor filtered, Tensor uniform)
    {
        var mass = filtered.softmax(-1).cumsum(-1);                                       // [B, K]
        var reached = mass <= uniform * mass.narrow(-1, mass.shape[^1] - 1, 1);
        return reached.sum(-1).Clamped(0, mass.shape[^1] - 1).to(ScalarType.Int64);                            // [B]
    }
}
