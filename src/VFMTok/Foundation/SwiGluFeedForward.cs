using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Foundation;

/// <summary>Gated feed-forward network with one fused input product: <c>down(silu(a) * b)</c>, [a, b] = gateUp(x).</summary>
internal sealed class SwiGluFeedForward : Module<Tensor, Tensor>
{
    private readonly LinearLayer _gateUp, _down;

    public SwiGluFeedForward(int width, int hidden) : base(nameof(SwiGluFeedForward))
    {
        _gateUp = Weights.Linear(width, 2 * hidden);
        _down = Weights.Linear(hidden, width);
        RegisterComponents();
    }

    /// <summary>Two thirds of the nominal width, rounded up to a multiple of 8.</summary>
    public static int HiddenWidth(int nominal) => ((int)(nominal * 2 / 3.0) + 7) / 8 * 8;

    public override Tensor forward(Tensor x)
    {
        var gated = _gateUp.call(x).chunk(2, -1);                       // 2 x [B, N, hidden]
        return _down.call(functional.silu(gated[0]) * gated[1]);        // [B, N, C]
    }
}
