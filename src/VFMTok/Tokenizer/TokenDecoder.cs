using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Foundation;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Tokenizer;

/// <summary>A causal transformer spreads the quantized slots over a grid of mask tokens (paper section 3.2, spec section 6).</summary>
/// <remarks>Image branch: the grid of the pixel decoder. Feature branch (training only): the foundation model's grid, projected to its width.</remarks>
internal sealed class TokenDecoder : Module<Tensor, Tensor>
{
    /// <summary>Our member names to the official ones.</summary>
    internal static readonly NameMap Names = new()
    {
        { "_positions", "position_embedding" }, { "_slotPositions", "slot_position_embedding" }, { "_imageMask", "mask_embedding" }, { "_featureMask", "mask_dino" },
        { "_classToken", "cls_token" }, { "_registers", "register_tokens" }, { "_imageNorm", "norm_post1" }, { "_featureNorm", "norm_post2" }, { "_features", "proj" },
        { "_layers", "transformer.layers" }, { "_norm1", "norm1" }, { "_norm2", "norm2" },
        { "_attention", "attn1" }, { "_query", "q_proj" }, { "_key", "k_proj" }, { "_value", "v_proj" }, { "_output", "out_proj" },
        { "_feedForward", "ffnet" }, { "_gateUp", "w12" }, { "_down", "w3" },
    };

    private readonly Parameter _positions, _slotPositions, _imageMask, _featureMask, _classToken, _registers;
    private readonly LayerNorm _imageNorm, _featureNorm;
    private readonly ModuleList<DecoderLayer> _layers;
    private readonly LinearLayer _features;
    private readonly TokenizerConfig _config;

    public TokenDecoder(TokenizerConfig config) : base(nameof(TokenDecoder))
    {
        using var scope = NewDisposeScope(); // holds the temporaries of the start values while libtorch reads them
        _config = config;
        var scale = 1 / Math.Sqrt(config.Width);
        Parameter Embedding(int count) => Weights.Of(SeededDraws.Normal(scale, 1, count, config.Width));
        _positions = Embedding(1 + config.FoundationGrid * config.FoundationGrid);
        _slotPositions = Embedding(config.SlotCount);
        if (config.SinusoidalPositions) StartFromPlaces();
        _imageMask = Embedding(1);
        _featureMask = Embedding(1);
        _classToken = Embedding(1);
        _registers = Weights.Of(zeros(1, config.DecoderRegisters, config.Width));
        _imageNorm = LayerNorm(config.Width);
        _featureNorm = LayerNorm(config.Width);
        _layers = new ModuleList<DecoderLayer>(Enumerable.Range(0, config.DecoderDepth).Select(_ => new DecoderLayer(config)).ToArray());
        _features = Weights.Linear(config.Width, config.Foundation.Width);
        RegisterComponents();
        Weights.Keep(this);
        foreach (var linear in modules().OfType<LinearLayer>()) Weights.StartXavier(linear);
    }

    internal ModuleList<DecoderLayer> Layers => _layers;

    /// <summary>Image branch.</summary>
    /// <param name="queries">[B, S, C]: the slots after quantization.</param>
    /// <returns>[B, C, G, G], G = DecoderGrid.</returns>
    public override Tensor forward(Tensor queries)
    {
        var grid = _config.DecoderGrid;
        var x = Run(ImageTokens(queries), grid * grid);                                       // [B, G*G, C]
        return x.transpose(1, 2).reshape(queries.shape[0], _config.Width, grid, grid);        // [B, C, G, G]
    }

    /// <summary>Feature branch: the foundation model's last features, predicted from the tokens.</summary>
    /// <param name="queries">[B, S, C]</param>
    /// <returns>[B, N, F], N = FoundationGrid squared, F = the foundation model's width.</returns>
    public Tensor PredictFeatures(Tensor queries)
    {
        var tail = Tail(_positions, _featureMask, queries.shape[0]);                          // [B, 1 + N + R, C]
        var x = cat([_imageNorm.call(queries.Plus(_slotPositions)), _featureNorm.call(tail)], 1); // the slots keep the image branch's norm
        return _features.call(Run(x, _config.FoundationGrid * _config.FoundationGrid));       // [B, N, F]
    }

    /// <summary>Slots, class token, grid of mask tokens, registers: normalised.</summary>
    /// <returns>[B, S + 1 + G*G + R, C]</returns>
    internal Tensor ImageTokens(Tensor queries) =>
        _imageNorm.call(cat([queries.Plus(_slotPositions), Tail(ImagePositions(), _imageMask, queries.shape[0])], 1));

    /// <summary>Positions of the pixel decoder's grid, resampled from the foundation grid's with torch's plain bicubic and the historical + 0.1.</summary>
    /// <returns>[1, 1 + G*G, C]</returns>
    internal Tensor ImagePositions()
    {
        int stored = _config.FoundationGrid, grid = _config.DecoderGrid;
        if (grid == stored) return _positions;
        var axis = Resampling.Bicubic(stored, grid, stored / (grid + 0.1));
        return cat([_positions.narrow(1, 0, 1), Resampling.Tokens(_positions.narrow(1, 1, stored * stored), axis, axis)], 1);
    }

    private void StartFromPlaces()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        _slotPositions.copy_(Sinusoids(_config.SlotGrid, _config.Width));
        _positions.narrow(1, 1, _config.FoundationGrid * _config.FoundationGrid).copy_(Sinusoids(_config.FoundationGrid, _config.Width));
    }

    // Sines and cosines of a cell's centre, a quarter of the channels each for sin x, cos x, sin y, cos y; from half a period over the image to one per two cells.
    private static Tensor Sinusoids(int grid, int width)
    {
        const float amplitude = 0.25f; // of the order of a quantized slot's own channels
        var count = width / 4;
        var table = new float[1, grid * grid, width];
        for (var n = 0; n < grid * grid; n++)
            for (var k = 0; k < count; k++)
            {
                var frequency = Math.PI * Math.Pow(grid, k / Math.Max(1.0, count - 1));
                var (x, y) = ((n % grid + 0.5) / grid * frequency, (n / grid + 0.5) / grid * frequency);
                table[0, n, k] = amplitude * (float)Math.Sin(x);
                table[0, n, count + k] = amplitude * (float)Math.Cos(x);
                table[0, n, 2 * count + k] = amplitude * (float)Math.Sin(y);
                table[0, n, 3 * count + k] = amplitude * (float)Math.Cos(y);
            }
        return tensor(table);
    }

    private Tensor Tail(Tensor positions, Tensor mask, long batch)
    {
        var patches = positions.shape[1] - 1;
        return cat([_classToken.Plus(positions.narrow(1, 0, 1)), mask.Plus(positions.narrow(1, 1, patches)), _registers], 1).expand(batch, -1, -1);
    }

    private Tensor Run(Tensor x, long patches)
    {
        foreach (var layer in _layers) x = layer.call(x);             // [B, S + 1 + patches + R, C]
        return x.narrow(1, _config.SlotCount + 1, patches);           // no final norm; slots, class token and registers are dropped
    }
}

/// <summary>Pre-norm causal layer with SwiGLU (spec 6.2).</summary>
internal sealed class DecoderLayer : Module<Tensor, Tensor>
{
    private readonly LayerNorm _norm1, _norm2;
    private readonly CausalSelfAttention _attention;
    private readonly SwiGluFeedForward _feedForward;

    public DecoderLayer(TokenizerConfig config) : base(nameof(DecoderLayer))
    {
        _norm1 = LayerNorm(config.Width);
        _attention = new CausalSelfAttention(config.Width, config.DecoderHeads, config.DecoderDropout);
        _norm2 = LayerNorm(config.Width);
        _feedForward = new SwiGluFeedForward(config.Width, SwiGluFeedForward.HiddenWidth(config.DecoderHidden));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = x.Plus(_attention.call(_norm1.call(x)));                  // [B, N, C]
        return x.Plus(_feedForward.call(_norm2.call(x)));             // [B, N, C]
    }
}
