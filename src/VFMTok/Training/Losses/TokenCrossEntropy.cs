using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Losses;

/// <summary>The generator's objective: how surprising each code is, given the class and the codes before it (spec 9.5).</summary>
internal static class TokenCrossEntropy
{
    /// <summary>Mean cross-entropy in nats.</summary>
    /// <param name="logits">[B, N, K]</param>
    /// <param name="codes">[B, N] int64</param>
    /// <param name="weights">Optional [B]: weight of each image; the mean is then over the weights.</param>
    public static Tensor Compute(Tensor logits, Tensor codes, Tensor? weights = null)
    {
        var (rows, targets) = (logits.reshape(-1, logits.shape[^1]), codes.reshape(-1));
        if (weights is null) return nn.functional.cross_entropy(rows, targets);
        var each = nn.functional.cross_entropy(rows, targets, reduction: nn.Reduction.None);             // [B*N]
        var spread = weights.to(each.dtype).unsqueeze(1).expand(codes.shape).reshape(-1);                // [B*N]
        return (each * spread).sum() / spread.sum().Clamped(1, float.MaxValue);
    }
}
