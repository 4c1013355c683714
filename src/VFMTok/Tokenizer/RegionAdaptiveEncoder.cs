using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Tokenizer;

/// <summary>Learnable queries, the slots, gather what belongs together from several depths of the frozen features (paper section 3.2, spec section 4).</summary>
internal sealed class RegionAdaptiveEncoder : Module<Tensor[], Tensor>
{
    /// <summary>Our member names to the official ones.</summary>
    internal static readonly NameMap Names = new()
    {
        { "_slots", "carrier_tokens" }, { "_slotPositions", "slots_pos" }, { "_slotNorm", "norm_pre1" },
        { "_projectors", "projectors" }, { "_first", "mlp.0" }, { "_firstNorm", "mlp.1" }, { "_second", "mlp.3" }, { "_secondNorm", "mlp.4" },
        { "_levelNorms", "norm_layers" }, { "_layers", "transformer.layers" },
        { "_crossAttention", "cross_attn" }, { "_offsets", "sampling_offsets" }, { "_weights", "attention_weights" }, { "_value", "value_proj" }, { "_output", "output_proj" },
        { "_selfAttention", "self_attn", new() { { "_query", "q_proj" }, { "_key", "k_proj" }, { "_value", "v_proj" }, { "_output", "out_proj" } } },
        { "_crossNorm", "norm1" }, { "_selfNorm", "norm3" }, { "_expand", "linear1" }, { "_contract", "linear2" }, { "_feedForwardNorm", "norm2" },
    };

    private readonly Parameter _slots, _slotPositions;
    private readonly LayerNorm _slotNorm;
    private readonly ModuleList<LevelProjector> _projectors;
    private readonly ModuleList<LayerNorm> _levelNorms;
    private readonly ModuleList<EncoderLayer> _layers;
    private readonly TokenizerConfig _config;

    public RegionAdaptiveEncoder(TokenizerConfig config) : base(nameof(RegionAdaptiveEncoder))
    {
        using var scope = NewDisposeScope(); // holds the temporaries of the start values while libtorch reads them
        _config = config;
        var scale = 1 / Math.Sqrt(config.Width);
        _slots = Weights.Of(SeededDraws.Normal(scale, 1, config.SlotCount, config.Width));
        _slotPositions = Weights.Of(SeededDraws.Normal(scale, 1, config.SlotCount, config.Width));
        _slotNorm = LayerNorm(config.Width);
        _projectors = new ModuleList<LevelProjector>(config.Levels.Select(_ => new LevelProjector(config.Foundation.Width, config.Width)).ToArray());
        _levelNorms = new ModuleList<LayerNorm>(config.Levels.Select(_ => LayerNorm(config.Width)).ToArray());
        _layers = new ModuleList<EncoderLayer>(Enumerable.Range(0, config.EncoderDepth).Select(_ => new EncoderLayer(config)).ToArray());
        RegisterComponents();
        Weights.Keep(this);
        StartAlike(_projectors);
        StartAlike(_layers);
    }

    internal ModuleList<EncoderLayer> Layers => _layers;

    /// <summary>Gathers the slots.</summary>
    /// <param name="features">One [B, N, F] per level, N = FoundationGrid squared, row-major.</param>
    /// <returns>[B, S, C]</returns>
    public override Tensor forward(Tensor[] features)
    {
        var keys = cat(Keys(features), 1);                                            // [B, L * N, C]
        var references = ReferencePoints(keys.device);                                // [1, S, L, 2]
        var slots = StartSlots(keys.shape[0]);                                        // [B, S, C]
        foreach (var layer in _layers) slots = layer.call(slots, _slotPositions, references, keys);
        return slots;                                                                 // no norm after the last layer
    }

    /// <summary>Where the slots look on the way of <see cref="forward"/>, and how much each place counts.</summary>
    /// <param name="features">One [B, N, F] per level.</param>
    /// <returns>[B, D, S, H, L, P, 3]: x and y in [0, 1] of the maps (outside too), weight; D layers.</returns>
    internal Tensor Trace(Tensor[] features)
    {
        var keys = cat(Keys(features), 1);                                            // [B, L * N, C]
        var references = ReferencePoints(keys.device);                                // [1, S, L, 2]
        var slots = StartSlots(keys.shape[0]);                                        // [B, S, C]
        var looks = new List<Tensor>();
        foreach (var layer in _layers)
        {
            looks.Add(layer.Looks(slots, _slotPositions, references));                // [B, S, H, L, P, 3]
            slots = layer.call(slots, _slotPositions, references, keys);              // [B, S, C]
        }
        return stack(looks, 1);
    }

    /// <summary>The levels, projected to the encoder's width and normalised (two norms in a row are intended).</summary>
    internal Tensor[] Keys(Tensor[] features) => features.Select((f, l) => _levelNorms[l].call(_projectors[l].call(f))).ToArray(); // L x [B, N, C]

    /// <summary>What every image's slots start from.</summary>
    internal Tensor StartSlots(long batch) => _slotNorm.call(_slots).expand(batch, -1, -1); // [B, S, C]

    /// <summary>Slot n looks around the centre of its cell: (x, y) = ((column + 0.5) / g, (row + 0.5) / g), alike for all levels.</summary>
    internal Tensor ReferencePoints(Device device)
    {
        var g = _config.SlotGrid;
        var points = new float[g * g, _config.Levels.Count, 2];
        for (var n = 0; n < g * g; n++)
            for (var l = 0; l < _config.Levels.Count; l++)
                (points[n, l, 0], points[n, l, 1]) = ((n % g + 0.5f) / g, (n / g + 0.5f) / g);
        return tensor(points, device: device).unsqueeze(0);                           // [1, S, L, 2]
    }

    // The reference deep-copies one layer and one projector, so all of a kind start identical (spec 4.4).
    private static void StartAlike<T>(ModuleList<T> modules) where T : nn.Module
    {
        using var noGradient = no_grad();
        var first = modules[0].state_dict();
        foreach (var module in modules.Skip(1))
            foreach (var (name, tensor) in module.state_dict()) tensor.copy_(first[name]);
    }
}

/// <summary>Linear, LayerNorm, ReLU, Linear, LayerNorm; no biases in the Linears (spec 4.1).</summary>
internal sealed class LevelProjector : Module<Tensor, Tensor>
{
    private readonly LinearLayer _first, _second;
    private readonly LayerNorm _firstNorm, _secondNorm;

    public LevelProjector(int input, int output) : base(nameof(LevelProjector))
    {
        _first = Weights.Linear(input, output, hasBias: false);
        _firstNorm = LayerNorm(output);
        _second = Weights.Linear(output, output, hasBias: false);
        _secondNorm = LayerNorm(output);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => _secondNorm.CallExact(_second.call(functional.relu(_firstNorm.CallExact(_first.call(x))))); // [B, N, C]
}

/// <summary>Post-norm layer: deformable cross-attention, causal self-attention, feed-forward network (spec 4.3).</summary>
internal sealed class EncoderLayer : Module<Tensor, Tensor, Tensor, Tensor, Tensor>
{
    private readonly DeformableAttention _crossAttention;
    private readonly CausalSelfAttention _selfAttention;
    private readonly LinearLayer _expand, _contract;
    private readonly LayerNorm _crossNorm, _selfNorm, _feedForwardNorm;

    public EncoderLayer(TokenizerConfig config) : base(nameof(EncoderLayer))
    {
        var grid = (config.FoundationGrid, config.FoundationGrid);
        _crossAttention = new DeformableAttention(config.Width, config.EncoderHeads, config.SamplingPoints, config.Levels.Select(_ => grid).ToArray());
        _crossNorm = LayerNorm(config.Width);
        _selfAttention = new CausalSelfAttention(config.Width, config.EncoderHeads);
        _selfNorm = LayerNorm(config.Width);
        _expand = Weights.Linear(config.Width, config.EncoderHidden);
        _contract = Weights.Linear(config.EncoderHidden, config.Width);
        _feedForwardNorm = LayerNorm(config.Width);
        RegisterComponents();
    }

    internal DeformableAttention CrossAttention => _crossAttention;
    internal CausalSelfAttention SelfAttention => _selfAttention;

    /// <param name="slots">[B, S, C]</param>
    /// <param name="positions">[1, S, C], added at every layer and never to the slots themselves.</param>
    /// <param name="references">[1, S, L, 2]</param>
    /// <param name="keys">[B, L * N, C]</param>
    /// <returns>[B, S, C]</returns>
    public override Tensor forward(Tensor slots, Tensor positions, Tensor references, Tensor keys)
    {
        // Islands of float32 whatever the rest computes in (spec 2.2).
        slots = _crossNorm.call(slots.Plus(MixedPrecision.Run(ScalarType.Float32, () => _crossAttention.call(slots.Plus(positions), references, keys))));
        slots = _selfNorm.call(slots.Plus(MixedPrecision.Run(ScalarType.Float32, () => _selfAttention.call(slots.Plus(positions)))));   // queries, keys and values all carry the position
        return _feedForwardNorm.call(slots.Plus(_contract.call(functional.relu(_expand.call(slots)))));
    }

    /// <summary>Where <see cref="forward"/> will look with these slots: x, y and weight of each point.</summary>
    /// <returns>[B, S, H, L, P, 3]</returns>
    internal Tensor Looks(Tensor slots, Tensor positions, Tensor references) => MixedPrecision.Run(ScalarType.Float32, () =>
    {
        var query = slots.Plus(positions);                                                                  // [B, S, C]
        return cat([_crossAttention.Locations(query, references), _crossAttention.AttentionWeights(query).unsqueeze(-1)], -1);
    });
}
