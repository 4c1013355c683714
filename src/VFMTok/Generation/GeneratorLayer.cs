using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Generation;

/// <summary>Pre-norm layer: causal attention with rotary positions, then a gated feed-forward network (spec 9.2).</summary>
internal sealed class GeneratorLayer : Module
{
    private readonly RmsNorm _attentionNorm, _feedForwardNorm;
    private readonly GroupedAttention _attention;
    private readonly GatedFeedForward _feedForward;
    private readonly double _dropPath;

    public GeneratorLayer(GeneratorConfig config, int index) : base(nameof(GeneratorLayer))
    {
        _dropPath = config.DropPathAt(index);
        _attentionNorm = new RmsNorm(config.Width, config.NormEpsilon);
        _attention = new GroupedAttention(config, index);
        _feedForwardNorm = new RmsNorm(config.Width, config.NormEpsilon);
        _feedForward = new GatedFeedForward(config);
        RegisterComponents();
    }

    internal RmsNorm AttentionNorm => _attentionNorm;
    internal GroupedAttention Attention => _attention;
    internal RmsNorm FeedForwardNorm => _feedForwardNorm;
    internal GatedFeedForward FeedForwardNetwork => _feedForward;

    /// <summary>What the attention sees.</summary>
    internal Tensor Normalise(Tensor x) => _attentionNorm.call(x);

    /// <summary>The second branch.</summary>
    internal Tensor FeedForward(Tensor x) => _feedForward.call(_feedForwardNorm.call(x));

    /// <param name="x">[B, N, C]</param>
    /// <param name="rotary">[N, D/2, 2]</param>
    /// <param name="position">First position of <paramref name="x"/>.</param>
    /// <param name="cache">Null in training.</param>
    /// <param name="mask">Bool, [B, 1, N, M]: what each token sees; null = what is before it.</param>
    /// <returns>[B, N, C]</returns>
    public Tensor Run(Tensor x, Tensor rotary, long position, KeyValueCache? cache, Tensor? mask = null)
    {
        x = x.Plus(SeededDraws.DropRows(_attention.Run(_attentionNorm.call(x), rotary, position, cache, mask), _dropPath, training));
        return x.Plus(SeededDraws.DropRows(FeedForward(x), _dropPath, training));
    }
}

/// <summary>Causal attention; groups of query heads may share keys and values (arXiv 2305.13245).</summary>
internal sealed class GroupedAttention : Module
{
    private readonly LinearLayer _qkv, _output;
    private readonly GeneratorConfig _config;
    private readonly int _index;

    public GroupedAttention(GeneratorConfig config, int index) : base(nameof(GroupedAttention))
    {
        (_config, _index) = (config, index);
        _qkv = Weights.Linear(config.Width, (config.Heads + 2 * config.KeyValueHeadCount) * config.HeadWidth, hasBias: false);
        _output = Weights.Linear(config.Width, config.Width, hasBias: false);
        RegisterComponents();
    }

    internal LinearLayer Qkv => _qkv;
    internal LinearLayer Output => _output;

    /// <inheritdoc cref="GeneratorLayer.Run"/>
    public Tensor Run(Tensor x, Tensor rotary, long position, KeyValueCache? cache, Tensor? mask = null)
    {
        var (batch, tokens) = (x.shape[0], x.shape[1]);
        int heads = _config.Heads, shared = _config.KeyValueHeadCount;
        var qkv = _qkv.call(x).reshape(batch, tokens, heads + 2 * shared, _config.HeadWidth)                   // [B, N, H + 2 H', D]
            .split([heads, shared, shared], 2);
        var q = MixedPrecision.Cast(RotaryEmbedding2D.Apply(qkv[0], rotary)).transpose(1, 2);                  // [B, H, N, D]
        var k = MixedPrecision.Cast(RotaryEmbedding2D.Apply(qkv[1], rotary)).transpose(1, 2);                  // [B, H', N, D]
        var v = qkv[2].transpose(1, 2);                                                                        // [B, H', N, D]
        if (cache is not null) (k, v) = cache.Append(_index, position, k, v);                                  // [B, H', M, D]
        if (cache is not null && mask is null && tokens == 1 && IndependentRows.Concern(q, _output.Weight)) return Project(cache.Attend(_index, position, q));
        if (shared != heads) (k, v) = (k.repeat_interleave(heads / shared, 1), v.repeat_interleave(heads / shared, 1));
        return Project(ScaledDotProduct.Attend(q, k, v, causal: mask is null && tokens > 1, training ? _config.AttentionDropout : 0, mask)); // [B, N, C]
    }

    private Tensor Project(Tensor y) => // [B, H, N, D] -> [B, N, C]
        SeededDraws.Dropout(_output.call(y.transpose(1, 2).reshape(y.shape[0], y.shape[2], _config.Width)), _config.DropPath > 0 ? 0 : _config.ResidualDropout, training);
}

/// <summary><c>down(silu(gate x) * up x)</c>, without biases.</summary>
internal sealed class GatedFeedForward : Module<Tensor, Tensor>
{
    private readonly LinearLayer _gate, _up, _down;
    private readonly double _dropout;

    public GatedFeedForward(GeneratorConfig config) : base(nameof(GatedFeedForward))
    {
        _dropout = config.DropPath > 0 ? 0 : config.FeedForwardDropout;
        _gate = Weights.Linear(config.Width, config.HiddenWidth, hasBias: false);
        _up = Weights.Linear(config.Width, config.HiddenWidth, hasBias: false);
        _down = Weights.Linear(config.HiddenWidth, config.Width, hasBias: false);
        RegisterComponents();
    }

    internal LinearLayer Gate => _gate;
    internal LinearLayer Up => _up;
    internal LinearLayer Down => _down;

    public override Tensor forward(Tensor x) =>
        SeededDraws.Dropout(_down.call(IndependentRows.Map(_gate.call(x), static y => functional.silu(y)) * _up.call(x)), _dropout, training); // [B, N, C]
}
