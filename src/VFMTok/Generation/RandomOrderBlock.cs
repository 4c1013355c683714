using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Generation;

/// <summary>Pre-norm block whose norms and branches are shifted, scaled and gated by a condition (adaLN, arXiv 2212.09748; spec 11).</summary>
internal sealed class RandomOrderBlock : Module
{
    private readonly LayerNorm _norm1, _norm2;
    private readonly NormedAttention _attention;
    private readonly GeluFeedForward _feedForward;
    private readonly LinearLayer _modulation;

    public RandomOrderBlock(GeneratorConfig config, int index) : base(nameof(RandomOrderBlock))
    {
        _norm1 = LayerNorm(config.Width, config.NormEpsilon);
        _attention = new NormedAttention(config, index);
        _norm2 = LayerNorm(config.Width, config.NormEpsilon);
        _feedForward = new GeluFeedForward(config);
        _modulation = Weights.Linear(config.Width, 6 * config.Width);
        RegisterComponents();
    }

    internal NormedAttention Attention => _attention;

    /// <summary>Zero at the start: every block passes its input on.</summary>
    internal LinearLayer Modulation => _modulation;

    /// <param name="x">[B, N, C]</param>
    /// <param name="condition">[B, N, C]: what every position is about, behind its SiLU.</param>
    /// <param name="position">First position of <paramref name="x"/>.</param>
    /// <param name="cache">Null in training.</param>
    /// <returns>[B, N, C]</returns>
    public Tensor Run(Tensor x, Tensor condition, long position, KeyValueCache? cache)
    {
        var m = _modulation.call(condition).chunk(6, -1);                                      // 6 x [B, N, C]: shift, scale, gate; twice
        x = x.PlusProduct(m[2], _attention.Run(AttentionInput(x, m), position, cache));         // [B, N, C]
        return x.PlusProduct(m[5], FeedForward(x, m));                                          // [B, N, C]
    }

    /// <summary>What the attention sees.</summary>
    internal Tensor AttentionInput(Tensor x, Tensor[] m) => Modulate(_norm1.CallExact(x), m[0], m[1]);

    /// <summary>The second branch, before its gate.</summary>
    internal Tensor FeedForward(Tensor x, Tensor[] m) => _feedForward.call(Modulate(_norm2.CallExact(x), m[3], m[4]));

    /// <summary>x * (1 + scale) + shift.</summary>
    internal static Tensor Modulate(Tensor x, Tensor shift, Tensor scale) => shift.PlusProduct(x, scale.Plus(1));
}

/// <summary>The last norm, without weights of its own. Scale comes before shift here, the other way round than in the blocks (historical).</summary>
internal sealed class ConditionedNorm : Module<Tensor, Tensor, Tensor>
{
    private readonly LinearLayer _modulation;
    private readonly GeneratorConfig _config;

    public ConditionedNorm(GeneratorConfig config) : base(nameof(ConditionedNorm))
    {
        _config = config;
        _modulation = Weights.Linear(config.Width, 2 * config.Width);
        RegisterComponents();
    }

    internal LinearLayer Modulation => _modulation;

    /// <param name="x">[B, N, C]</param>
    /// <param name="condition">[B, N, C], behind its SiLU.</param>
    public override Tensor forward(Tensor x, Tensor condition)
    {
        var m = _modulation.call(condition).chunk(2, -1);                                      // 2 x [B, N, C]
        return RandomOrderBlock.Modulate(functional.layer_norm(MixedPrecision.Exact(x), [_config.Width], eps: _config.NormEpsilon), m[1], m[0]);
    }
}

/// <summary>Causal attention; each head's queries and keys are normed (arXiv 2302.05442).</summary>
internal sealed class NormedAttention : Module
{
    private readonly LinearLayer _qkv, _projection;
    private readonly LayerNorm _queryNorm, _keyNorm;
    private readonly GeneratorConfig _config;
    private readonly int _index;

    public NormedAttention(GeneratorConfig config, int index) : base(nameof(NormedAttention))
    {
        (_config, _index) = (config, index);
        _qkv = Weights.Linear(config.Width, 3 * config.Width);
        _queryNorm = LayerNorm(config.HeadWidth, config.NormEpsilon);
        _keyNorm = LayerNorm(config.HeadWidth, config.NormEpsilon);
        _projection = Weights.Linear(config.Width, config.Width);
        RegisterComponents();
    }

    /// <inheritdoc cref="RandomOrderBlock.Run"/>
    public Tensor Run(Tensor x, long position, KeyValueCache? cache)
    {
        var (q, k, v) = Split(x);                                                              // [B, H, N, D]
        if (cache is not null) (k, v) = cache.Append(_index, position, k, v);                  // [B, H, M, D]
        var y = cache is not null && q.shape[2] == 1 && IndependentRows.Concern(q, _projection.Weight)
            ? cache.Attend(_index, position, q)
            : ScaledDotProduct.Attend(q, k, v, causal: q.shape[2] > 1, training ? _config.AttentionDropout : 0); // [B, H, N, D]
        y = _projection.call(y.transpose(1, 2).reshape(x.shape));                              // [B, N, C]
        return SeededDraws.Dropout(y, _config.ResidualDropout, training);
    }

    /// <summary>Normed queries, normed keys, and values, by head.</summary>
    /// <param name="x">[B, N, C]</param>
    /// <returns>Three times [B, H, N, D]</returns>
    internal (Tensor Queries, Tensor Keys, Tensor Values) Split(Tensor x)
    {
        var qkv = _qkv.call(x).reshape(x.shape[0], x.shape[1], 3, _config.Heads, _config.HeadWidth).permute(2, 0, 3, 1, 4).unbind(0); // 3 x [B, H, N, D]
        return (MixedPrecision.Cast(_queryNorm.CallExact(qkv[0])), MixedPrecision.Cast(_keyNorm.CallExact(qkv[1])), qkv[2]);
    }
}

/// <summary>Linear, GELU (erf), Linear.</summary>
internal sealed class GeluFeedForward : Module<Tensor, Tensor>
{
    private readonly LinearLayer _expand, _contract;
    private readonly double _dropout;

    public GeluFeedForward(GeneratorConfig config) : base(nameof(GeluFeedForward))
    {
        _dropout = config.ResidualDropout;
        _expand = Weights.Linear(config.Width, config.HiddenWidth);
        _contract = Weights.Linear(config.HiddenWidth, config.Width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = SeededDraws.Dropout(_expand.Gelu(x), _dropout, training);         // [B, N, hidden]
        return SeededDraws.Dropout(_contract.call(x), _dropout, training);                     // [B, N, C]
    }
}
