using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Tokenizer;

/// <summary>Multi-head self-attention in which token n sees tokens 0..n. Used by the encoder's slots (spec 4.3) and by the token decoder (spec 6.2).</summary>
internal sealed class CausalSelfAttention : Module<Tensor, Tensor>
{
    private readonly LinearLayer _query, _key, _value, _output;
    private readonly int _heads;
    private readonly double _dropout;

    public CausalSelfAttention(int width, int heads, double dropout = 0) : base(nameof(CausalSelfAttention))
    {
        (_heads, _dropout) = (heads, dropout);
        _query = Weights.Linear(width, width);
        _key = Weights.Linear(width, width);
        _value = Weights.Linear(width, width);
        _output = Weights.Linear(width, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var (batch, tokens, width) = (x.shape[0], x.shape[1], x.shape[2]);
        Tensor Split(Tensor t) => t.reshape(batch, tokens, _heads, width / _heads).transpose(1, 2);          // [B, H, N, D]
        var y = ScaledAttention.Run(Split(_query.call(x)), Split(_key.call(x)), Split(_value.call(x)), causal: true, dropout: training ? _dropout : 0); // [B, H, N, D]
        return _output.call(y.transpose(1, 2).reshape(batch, tokens, width));                               // [B, N, C]
    }
}
