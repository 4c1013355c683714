using System.Runtime.Intrinsics;
using TorchSharp;
using VFMTok.Kernels;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>Attention: softmax(q k^T / sqrt(D)) v (arXiv 1706.03762).</summary>
/// <remarks>
/// Without a gradient on a CPU the library's own kernel attends, where it can (<see cref="Dense"/>); else libtorch's function does the work. It cannot where its dropout would draw from the generator of the whole process, and it should not in bfloat16 training on a CPU:
/// with its gradient, two batched products take a quarter of the time there (docs/benchmarks.md).
/// </remarks>
internal static class ScaledDotProduct
{
    private const int FewTokens = 64;

    /// <summary>Attends.</summary>
    /// <param name="query">[B, H, N, D]</param>
    /// <param name="key">[B, H, M, D]</param>
    /// <param name="value">[B, H, M, D]</param>
    /// <param name="causal">Whether token n sees the tokens 0..n only; without a mask, and N = M.</param>
    /// <param name="dropout">Rate of the dropout on the probabilities; 0 outside of training.</param>
    /// <param name="mask">Bool, [B or 1, H or 1, N, M]: what each token sees, at least one thing; null = everything that <paramref name="causal"/> leaves.</param>
    /// <returns>[B, H, N, D]</returns>
    public static Tensor Attend(Tensor query, Tensor key, Tensor value, bool causal = false, double dropout = 0, Tensor? mask = null) =>
        DenseServes(query, key, value, dropout, mask) ? Dense(query, key, value, causal)
        : dropout > 0 || query.dtype == ScalarType.BFloat16 && query.requires_grad && query.device.type == DeviceType.CPU
            ? WrittenOut(query, key, value, causal, dropout, mask)
            : nn.functional.scaled_dot_product_attention(query, key, value, mask, is_casual: causal);

    // libtorch's own takes twice as long in float32 and in bfloat16 (docs/benchmarks.md). There is no gradient, and few tokens are not worth the way.
    private static bool DenseServes(Tensor query, Tensor key, Tensor value, double dropout, Tensor? mask) =>
        Vector512.IsHardwareAccelerated && query.device_type == DeviceType.CPU && query.dtype is ScalarType.Float32 or ScalarType.BFloat16 && query.dtype == key.dtype && query.dtype == value.dtype
        && mask is null && dropout == 0 && !is_grad_enabled() && query.shape[2] >= FewTokens && query.shape[3] % PackedWeights.Block == 0;

    /// <summary>The same with the library's own kernel: on the CPU, without a gradient.</summary>
    internal static unsafe Tensor Dense(Tensor query, Tensor key, Tensor value, bool causal)
    {
        var (batch, heads, tokens, width) = (query.shape[0], query.shape[1], query.shape[2], query.shape[3]);
        var keys = key.shape[2];
        Shapes.Require(query, [batch, heads, tokens, width]);
        Shapes.Require(key, [batch, heads, keys, width]);
        Shapes.Require(value, key.shape);
        if (causal && keys != tokens) throw new ArgumentException($"Causal attention of {tokens} queries to {keys} keys is not defined; give as many.");
        var y = empty([batch, tokens, heads, width], dtype: query.dtype);
        using var scope = NewDisposeScope();
        var (q, k, v, to) = (Of(SideBySide(query)), Of(SideBySide(key)), Of(SideBySide(value)), Of(y.transpose(1, 2)));
        var sizes = new DenseAttention.Sizes((int)batch, (int)heads, (int)tokens, (int)keys, (int)width);
        if (query.dtype == ScalarType.BFloat16) DenseAttention.Attend<BFloat16Numbers>(q, k, v, to, sizes, causal, get_num_threads());
        else DenseAttention.Attend<Float32Numbers>(q, k, v, to, sizes, causal, get_num_threads());
        return y.transpose(1, 2).MoveToOuterDisposeScope();                                                    // [B, H, N, D], ready to be joined

        static Tensor SideBySide(Tensor x) => x.stride(3) == 1 ? x : x.contiguous();

        static DenseAttention.Place Of(Tensor x) => new(TensorMemory.Address(x), x.stride(0), x.stride(1), x.stride(2));
    }

    /// <summary>The same, step by step.</summary>
    internal static Tensor WrittenOut(Tensor query, Tensor key, Tensor value, bool causal, double dropout, Tensor? mask)
    {
        var (batch, heads, tokens, width) = (query.shape[0], query.shape[1], query.shape[2], query.shape[3]);
        var products = query.Over(Math.Sqrt(width)).flatten(0, 1).bmm(key.flatten(0, 1).transpose(1, 2));      // [B*H, N, M]
        var scores = MixedPrecision.Exact(products).reshape(batch, heads, tokens, -1);                         // [B, H, N, M]
        var hidden = causal ? ones(tokens, tokens, dtype: ScalarType.Bool, device: query.device).triu(1) : mask?.logical_not();
        if (hidden is not null) scores = scores.Filled(hidden, double.NegativeInfinity);
        var weights = SeededDraws.Dropout(scores.softmax(-1), dropout, training: true).to(value.dtype);        // [B, H, N, M]
        return weights.flatten(0, 1).bmm(value.flatten(0, 1)).reshape(query.shape);                            // [B, H, N, D]
    }
}
