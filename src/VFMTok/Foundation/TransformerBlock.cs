using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Foundation;

/// <summary>Pre-norm block with LayerScale: <c>x + g1 * attention(norm1 x)</c>, then <c>x + g2 * feedForward(norm2 x)</c> (spec 3.2).</summary>
internal sealed class TransformerBlock : Module<Tensor, Tensor>
{
    private readonly LayerNorm _norm1, _norm2;
    private readonly Parameter _scale1, _scale2;
    private readonly FullAttention _attention;
    private readonly Module<Tensor, Tensor> _feedForward;

    public TransformerBlock(VisionTransformerConfig config) : base(nameof(TransformerBlock))
    {
        _norm1 = LayerNorm(config.Width, VisionTransformerConfig.NormEpsilon);
        _attention = new FullAttention(config.Width, config.Heads);
        _scale1 = Weights.Of(ones(config.Width));
        _norm2 = LayerNorm(config.Width, VisionTransformerConfig.NormEpsilon);
        _feedForward = config.FeedForward == FeedForwardKind.Mlp
            ? new MlpFeedForward(config.Width, config.HiddenWidth)
            : new SwiGluFeedForward(config.Width, config.HiddenWidth);
        _scale2 = Weights.Of(ones(config.Width));
        RegisterComponents();
    }

    /// <summary>Before its LayerScale.</summary>
    internal FullAttention Attention => _attention;

    /// <summary>Before its LayerScale.</summary>
    internal Module<Tensor, Tensor> FeedForward => _feedForward;

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();                                                // frees what no gradient needs
        x = x.Plus(_attention.call(_norm1.call(x)) * _scale1);                              // [B, N, C]
        return x.Plus(_feedForward.call(_norm2.call(x)) * _scale2).MoveToOuterDisposeScope(); // [B, N, C]
    }
}

/// <summary>Every token attends to every token; one fused product makes queries, keys and values.</summary>
internal sealed class FullAttention : Module<Tensor, Tensor>
{
    private readonly LinearLayer _qkv, _projection;
    private readonly int _heads;

    public FullAttention(int width, int heads) : base(nameof(FullAttention))
    {
        _heads = heads;
        _qkv = Weights.Linear(width, 3 * width);
        _projection = Weights.Linear(width, width);
        RegisterComponents();
    }

    /// <summary>[3 * C]: of queries, keys and values.</summary>
    internal Parameter Bias => _qkv.Bias!;

    public override Tensor forward(Tensor x)
    {
        var (batch, tokens, width) = (x.shape[0], x.shape[1], x.shape[2]);
        var qkv = _qkv.call(x).reshape(batch, tokens, 3, _heads, width / _heads).permute(2, 0, 3, 1, 4).unbind(0); // 3 x [B, H, N, D]
        var y = ScaledDotProduct.Attend(qkv[0], qkv[1], qkv[2]);                                      // [B, H, N, D]
        return _projection.call(y.transpose(1, 2).reshape(batch, tokens, width));                                  // [B, N, C]
    }
}

/// <summary>Linear, GELU (erf), Linear.</summary>
internal sealed class MlpFeedForward : Module<Tensor, Tensor>
{
    private readonly LinearLayer _expand, _contract;

    public MlpFeedForward(int width, int hidden) : base(nameof(MlpFeedForward))
    {
        _expand = Weights.Linear(width, hidden);
        _contract = Weights.Linear(hidden, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => _contract.call(_expand.Gelu(x)); // [B, N, C]
}
