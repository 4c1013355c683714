using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Runtime;

/// <summary>Attention in which query n sees keys 0..n; a single query sees all of them.</summary>
internal static class CausalAttention
{
    /// <param name="query">[B, H, N, D]</param>
    /// <param name="key">[B, H, N, D]; [B, H, M, D] if N is 1.</param>
    /// <param name="value">As the keys.</param>
    /// <param name="dropout">On the weights; training only.</param>
    /// <param name="training">Whether the network trains.</param>
    /// <returns>[B, H, N, D]</returns>
    public static Tensor Compute(Tensor query, Tensor key, Tensor value, double dropout, bool training)
    {
        if (!training || dropout == 0) return functional.scaled_dot_product_attention(query, key, value, is_casual: query.shape[2] > 1);
        var (tokens, width) = (query.shape[2], query.shape[3]);                                             // its own dropout draws from the generator of the whole process
        var scores = query.flatten(0, 1).bmm(key.flatten(0, 1).transpose(1, 2)).Over(Math.Sqrt(width));     // [B*H, N, N]
        var future = ones(tokens, tokens, dtype: ScalarType.Bool, device: query.device).triu(1);
        var weights = SeededDraws.Dropout(MixedPrecision.Exact(scores).Filled(future, double.NegativeInfinity).softmax(-1), dropout, training: true);
        return MixedPrecision.Cast(weights).bmm(value.flatten(0, 1)).reshape(query.shape);                  // [B, H, N, D]
    }
}
