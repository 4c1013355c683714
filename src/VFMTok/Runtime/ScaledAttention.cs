using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>Scaled dot-product attention, <c>softmax(q k' / sqrt(D)) v</c>, whose dropout draws from <see cref="SeededDraws"/>: libtorch's own draws from the generator of the whole process.</summary>
internal static class ScaledAttention
{
    /// <param name="query">[B, H, N, D]</param>
    /// <param name="key">[B, H, M, D]</param>
    /// <param name="value">[B, H, M, D]</param>
    /// <param name="mask">Bool, [B or 1, H or 1, N, M]: what each token sees, at least one thing; null = everything that <paramref name="causal"/> leaves.</param>
    /// <param name="causal">Whether token n sees tokens 0..n alone; only without a mask and with N = M.</param>
    /// <param name="dropout">Rate of the dropout on the probabilities; 0 outside of training.</param>
    /// <returns>[B, H, N, D]</returns>
    public static Tensor Run(Tensor query, Tensor key, Tensor value, Tensor? mask = null, bool causal = false, double dropout = 0) => dropout == 0
        ? nn.functional.scaled_dot_product_attention(query, key, value, mask, is_casual: causal)
        : WrittenOut(query, key, value, mask, causal, dropout);

    /// <summary>The same, step by step.</summary>
    internal static Tensor WrittenOut(Tensor query, Tensor key, Tensor value, Tensor? mask, bool causal, double dropout)
    {
        var (batch, heads, tokens, width) = (query.shape[0], query.shape[1], query.shape[2], query.shape[3]);
        var scores = MixedPrecision.Exact(query.flatten(0, 1).bmm(key.flatten(0, 1).transpose(1, 2)).Over(Math.Sqrt(width))).reshape(batch, heads, tokens, -1); // [B, H, N, M]
        var hidden = causal ? ones(tokens, tokens, dtype: ScalarType.Bool, device: query.device).triu(1) : mask?.logical_not();
        if (hidden is not null) scores = scores.Filled(hidden, double.NegativeInfinity);
        var weights = SeededDraws.Dropout(scores.softmax(-1), dropout, training: true).to(value.dtype);                                                      // [B, H, N, M]
        return weights.flatten(0, 1).bmm(value.flatten(0, 1)).reshape(query.shape);                                                                          // [B, H, N, D]
    }
}
