using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Benchmarks;

/// <summary>Forward and backward pass of causal attention in bfloat16: written out, against libtorch's own function (<see cref="ScaledDotProduct"/>).</summary>
internal static class AttentionGradient
{
    public static void Run()
    {
        using var scope = NewDisposeScope();
        Tensor Input() => rand(48, 4, 64, 32).to(ScalarType.BFloat16).detach().requires_grad_();
        var (q, k, v) = (Input(), Input(), Input());
        void Backward(Func<Tensor> attend)
        {
            using var inner = NewDisposeScope();
            attend().sum().backward();
        }
        var times = Measured.Medians(15, () => Backward(() => ScaledDotProduct.WrittenOut(q, k, v, causal: true, 0, null)), () => Backward(() => nn.functional.scaled_dot_product_attention(q, k, v, is_casual: true)));
        Measured.Print("attention with gradient, written out", 1000 * times[0], "ms", "BFloat16", 48, times[0] / times[1], "scaled_dot_product_attention");
    }
}
