using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Kernels;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Tokenizer;

/// <summary>Multi-scale deformable attention (arXiv 2010.04159; paper section 3.2, spec 4.3) with plain tensor operators: forward and backward on any device.</summary>
/// <remarks>Every query predicts, per head and level, a few sampling points around its reference point and their weights; only these points are read.</remarks>
internal sealed class DeformableAttention : Module<Tensor, Tensor, Tensor, Tensor>
{
    private readonly LinearLayer _offsets, _weights, _value, _output;
    private readonly int _heads, _points;
    private readonly (int Height, int Width)[] _levels;

    /// <param name="width">Channels C.</param>
    /// <param name="heads">Heads H.</param>
    /// <param name="points">Points per head and level P.</param>
    /// <param name="levels">Height and width of each level's map.</param>
    public DeformableAttention(int width, int heads, int points, params (int Height, int Width)[] levels) : base(nameof(DeformableAttention))
    {
        (_heads, _points, _levels) = (heads, points, levels);
        _offsets = Weights.Linear(width, heads * levels.Length * points * 2);
        _weights = Weights.Linear(width, heads * levels.Length * points);
        _value = Weights.Linear(width, width);
        _output = Weights.Linear(width, width);
        RegisterComponents();
        Initialise();
    }

    /// <summary>Attends.</summary>
    /// <param name="query">[B, Q, C]</param>
    /// <param name="references">[B or 1, Q, L, 2] points (x, y) in [0, 1], or [.., 4] boxes (x, y, w, h).</param>
    /// <param name="input">[B, sum of H*W, C]: the levels' maps, row-major, one after the other.</param>
    /// <returns>[B, Q, C]</returns>
    public override Tensor forward(Tensor query, Tensor references, Tensor input) =>
        _output.call(Sample(Values(input), _levels, Locations(query, references), AttentionWeights(query)));

    /// <summary>The projected maps.</summary>
    /// <param name="input">[B, N, C]</param>
    /// <param name="ignored">Optional [B, N] booleans: True = this place is padding and reads as zero.</param>
    /// <returns>[B, N, H, D]</returns>
    internal Tensor Values(Tensor input, Tensor? ignored = null)
    {
        var value = _value.call(input);                                                    // [B, N, C]
        if (ignored is not null) value = value.Filled(ignored.unsqueeze(-1), 0);
        return value.reshape(input.shape[0], input.shape[1], _heads, -1);                  // [B, N, H, D]
    }

    /// <summary>Where each query looks, normalised to [0, 1] per map; places outside are allowed and read as zero.</summary>
    /// <returns>[B, Q, H, L, P, 2]</returns>
    internal Tensor Locations(Tensor query, Tensor references)
    {
        var offsets = _offsets.call(query).reshape(query.shape[0], query.shape[1], _heads, _levels.Length, _points, 2); // [B, Q, H, L, P, 2]
        var origin = references.narrow(-1, 0, 2).unsqueeze(2).unsqueeze(4);                                             // [B, Q, 1, L, 1, 2]
        if (references.shape[^1] == 4) return origin.Plus(offsets.Over(2.0 * _points) * references.narrow(-1, 2, 2).unsqueeze(2).unsqueeze(4));
        var sizes = tensor(_levels.SelectMany(l => new float[] { l.Width, l.Height }).ToArray(), [_levels.Length, 1, 2], device: query.device);
        return origin.Plus(offsets / sizes);                                                                            // (x, y) over (W, H)
    }

    /// <summary>How much each point counts: a softmax over all levels and points of a head.</summary>
    /// <returns>[B, Q, H, L, P]</returns>
    internal Tensor AttentionWeights(Tensor query) =>
        _weights.call(query).reshape(query.shape[0], query.shape[1], _heads, _levels.Length * _points).softmax(-1)
            .reshape(query.shape[0], query.shape[1], _heads, _levels.Length, _points);

    /// <summary>Bilinear samples of every level, weighted and summed. Taps outside of a map contribute zero.</summary>
    /// <param name="value">[B, N, H, D]</param>
    /// <param name="levels">Height and width of each level.</param>
    /// <param name="locations">[B, Q, H, L, P, 2]</param>
    /// <param name="weights">[B, Q, H, L, P]</param>
    /// <returns>[B, Q, H * D]</returns>
    internal static Tensor Sample(Tensor value, IReadOnlyList<(int Height, int Width)> levels, Tensor locations, Tensor weights)
    {
        if (!is_grad_enabled() && value.device_type == DeviceType.CPU && value.dtype == ScalarType.Float32) return SampleDirectly(value, levels, locations, weights);
        long batch = value.shape[0], heads = value.shape[2], width = value.shape[3], queries = locations.shape[1], points = locations.shape[4];
        var grids = locations.Times(2).Minus(1).transpose(1, 2).reshape(batch * heads, queries, levels.Count, points, 2); // [B*H, Q, L, P, 2]
        var samples = new Tensor[levels.Count];
        long start = 0;
        for (var l = 0; l < levels.Count; l++)
        {
            var (h, w) = levels[l];
            var map = value.narrow(1, start, h * w).permute(0, 2, 3, 1).reshape(batch * heads, width, h, w);      // [B*H, D, h, w]
            samples[l] = functional.grid_sample(map, grids.select(2, l), GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, align_corners: false); // [B*H, D, Q, P]
            start += h * w;
        }
        var mixed = weights.transpose(1, 2).reshape(batch * heads, 1, queries, levels.Count * points);            // [B*H, 1, Q, L*P]
        return (cat(samples, -1) * mixed).sum(-1).reshape(batch, heads * width, queries).transpose(1, 2);         // [B, Q, H*D]
    }

    // With the library's own kernel: on the CPU, without a gradient.
    private static unsafe Tensor SampleDirectly(Tensor value, IReadOnlyList<(int Height, int Width)> levels, Tensor locations, Tensor weights)
    {
        var (batch, places, heads, width, queries, points) = ((int)value.shape[0], (int)value.shape[1], (int)value.shape[2], (int)value.shape[3], (int)locations.shape[1], (int)locations.shape[4]);
        Shapes.Require(locations, [batch, queries, heads, levels.Count, points, 2]);
        Shapes.Require(weights, [batch, queries, heads, levels.Count, points]);
        if (levels.Sum(l => (long)l.Height * l.Width) != places) throw new ArgumentException($"Maps of {places} places do not have the sizes {string.Join(", ", levels)}.");
        using Tensor from = value.contiguous(), at = locations.contiguous(), by = weights.contiguous();
        var y = empty(batch, queries, heads * width);                                                             // [B, Q, H*D]
        DeformableSampling.Sample((float*)TensorMemory.Address(from), [.. levels], (float*)TensorMemory.Address(at), (float*)TensorMemory.Address(by), (float*)TensorMemory.Address(y),
            new(batch, queries, heads, points, width, places), get_num_threads());
        return y;
    }

    // Spec 4.4: each head starts out looking along one of the compass directions, point p at distance p + 1 feature pixels, with equal weights.
    private void Initialise()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        init.zeros_(_offsets.Weight);
        init.zeros_(_weights.Weight);
        init.zeros_(_weights.Bias!);
        var bias = new float[_heads, _levels.Length, _points, 2];
        for (var h = 0; h < _heads; h++)
        {
            var angle = 2 * Math.PI * h / _heads;
            var reach = Math.Max(Math.Abs(Math.Cos(angle)), Math.Abs(Math.Sin(angle)));
            for (var l = 0; l < _levels.Length; l++)
                for (var p = 0; p < _points; p++)
                {
                    bias[h, l, p, 0] = (float)(Math.Cos(angle) / reach * (p + 1));
                    bias[h, l, p, 1] = (float)(Math.Sin(angle) / reach * (p + 1));
                }
        }
        _offsets.Bias!.copy_(tensor(bias).flatten());
        Weights.StartXavier(_value);
        Weights.StartXavier(_output);
    }
}
