using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Foundation;

/// <summary>The DINOv2 vision transformer (arXiv 2304.07193, registers 2309.16588; spec section 3): S, B, L, g, with and without registers.</summary>
internal sealed class VisionTransformer : Module<Tensor, Tensor>, IFreezable
{
    /// <summary>Our member names to the official ones.</summary>
    internal static readonly NameMap Names = new()
    {
        { "_classToken", "cls_token" }, { "_positions", "pos_embed" }, { "_registers", "register_tokens" }, { "_maskToken", "mask_token" },
        { "_patchEmbedding", "patch_embed.proj" }, { "_weight", "weight" }, { "_bias", "bias" }, { "_blocks", "blocks" }, { "_norm", "norm" },
        { "_norm1", "norm1" }, { "_norm2", "norm2" }, { "_scale1", "ls1.gamma" }, { "_scale2", "ls2.gamma" },
        { "_attention", "attn" }, { "_qkv", "qkv" }, { "_projection", "proj" },
        { "_feedForward", "mlp" }, { "_expand", "fc1" }, { "_contract", "fc2" }, { "_gateUp", "w12" }, { "_down", "w3" },
    };

    private readonly Parameter _classToken, _positions, _maskToken;
    private readonly Parameter? _registers;
    private readonly Convolution2D _patchEmbedding;
    private readonly ModuleList<TransformerBlock> _blocks;
    private readonly LayerNorm _norm;
    private readonly Dictionary<(int Rows, int Columns), Constant> _resampled = []; // of a frozen network
    private bool _isFrozen;

    public VisionTransformer(VisionTransformerConfig config) : base(nameof(VisionTransformer))
    {
        using var scope = NewDisposeScope(); // holds the temporaries of the start values while libtorch reads them
        config.Validate();
        Config = config;
        _classToken = Weights.Of(SeededDraws.Normal(1e-6, 1, 1, config.Width));
        _positions = Weights.Of(SeededDraws.Normal(0.02, 1, 1 + config.StoredGrid * config.StoredGrid, config.Width));
        _registers = config.Registers > 0 ? Weights.Of(SeededDraws.Normal(1e-6, 1, config.Registers, config.Width)) : null;
        _maskToken = Weights.Of(zeros(1, config.Width));
        _patchEmbedding = new Convolution2D(3, config.Width, config.PatchSize, stride: config.PatchSize);
        _blocks = new ModuleList<TransformerBlock>(Enumerable.Range(0, config.Depth).Select(_ => new TransformerBlock(config)).ToArray());
        _norm = LayerNorm(config.Width, VisionTransformerConfig.NormEpsilon);
        RegisterComponents();
        Weights.Keep(this);
    }

    public VisionTransformerConfig Config { get; }

    /// <summary>Promises that positions do not change any more: they are resampled once for each grid.</summary>
    public void Freeze() => _isFrozen = true;

    internal Convolution2D PatchEmbedding => _patchEmbedding;
    internal ModuleList<TransformerBlock> Blocks => _blocks;

    /// <summary>Features of several depths (spec 3.3): the raw patch tokens after each tapped block but the last, then the normalised patch tokens after the last block.</summary>
    /// <param name="images">[B, 3, H, W], normalised as the model expects; sides divisible by the patch size.</param>
    /// <param name="levels">Tapped blocks. The last entry only counts: its feature is always the final norm of the last block (as in the reference).</param>
    /// <returns>One [B, N, C] per level.</returns>
    public Tensor[] Features(Tensor images, IReadOnlyList<int> levels)
    {
        var x = PrepareTokens(images);
        var features = new List<Tensor>();
        for (var i = 0; i < _blocks.Count; i++)
        {
            x = _blocks[i].call(x);                                     // [B, 1 + R + N, C]
            if (levels.Take(levels.Count - 1).Contains(i)) features.Add(Patches(x));
        }
        features.Add(Patches(_norm.call(x)));
        return [.. features];                                              // L x [B, N, C]
    }

    /// <summary>All tokens after the final norm: class, registers, patches.</summary>
    /// <param name="images">[B, 3, H, W]</param>
    /// <param name="masked">Optional [B, N] booleans: these patches are replaced by the mask token.</param>
    /// <returns>[B, 1 + R + N, C]</returns>
    public Tensor Tokens(Tensor images, Tensor? masked = null)
    {
        var x = PrepareTokens(images, masked);
        foreach (var block in _blocks) x = block.call(x);               // [B, 1 + R + N, C]
        return _norm.call(x);
    }

    /// <summary>Like <see cref="Tokens"/>, and the raw patch tokens after one of the blocks.</summary>
    /// <param name="images">[B, 3, H, W]</param>
    /// <param name="block">Which block.</param>
    /// <param name="masked">Optional [B, N] booleans.</param>
    /// <returns>[B, N, C] and [B, 1 + R + N, C]</returns>
    internal (Tensor Patches, Tensor Tokens) TokensAndPatches(Tensor images, int block, Tensor? masked = null)
    {
        var x = PrepareTokens(images, masked);
        Tensor? patches = null;
        for (var i = 0; i < _blocks.Count; i++)
        {
            x = _blocks[i].call(x);                                     // [B, 1 + R + N, C]
            if (i == block) patches = Patches(x);
        }
        return (patches!, _norm.call(x));
    }

    /// <summary>Changes the final norm so that given features would come out centred and of deviation one, all channels together.</summary>
    /// <param name="features">[N, C] of the network as it is.</param>
    internal void Standardise(Tensor features)
    {
        using var noGradient = no_grad();
        var mean = features.mean([0]);                                                                  // [C]
        var deviation = (features - mean).Squared().mean().sqrt();
        _norm.bias!.copy_((_norm.bias - mean) / deviation);
        _norm.weight!.copy_(_norm.weight / deviation);
    }

    /// <summary>The normalised class token: one vector per image.</summary>
    /// <param name="images">[B, 3, H, W]</param>
    /// <returns>[B, C]</returns>
    public override Tensor forward(Tensor images) => Tokens(images)[TensorIndex.Colon, 0];

    /// <summary>Drops the class and register tokens.</summary>
    internal Tensor Patches(Tensor tokens) => tokens.narrow(1, 1 + Config.Registers, tokens.shape[1] - 1 - Config.Registers); // [B, N, C]

    /// <summary>Patch embedding, class token, positions, then the registers, which get no position.</summary>
    internal Tensor PrepareTokens(Tensor images, Tensor? masked = null)
    {
        var (batch, rows, columns) = (images.shape[0], (int)images.shape[2] / Config.PatchSize, (int)images.shape[3] / Config.PatchSize);
        var x = _patchEmbedding.call(images).flatten(2).transpose(1, 2);                       // [B, N, C]
        if (masked is not null) x = where(masked.unsqueeze(-1), _maskToken.unsqueeze(0), x);      // [B, N, C]
        x = cat([_classToken.expand(batch, -1, -1), x], 1).Plus(Positions(rows, columns));        // [B, 1 + N, C]
        if (_registers is null) return x;
        return cat([x.narrow(1, 0, 1), _registers.expand(batch, -1, -1), x.narrow(1, 1, rows * columns)], 1); // [B, 1 + R + N, C]
    }

    /// <summary>Position embedding of a grid: the stored one if it fits, else resampled (class part untouched).</summary>
    /// <returns>[1, 1 + rows * columns, C]</returns>
    internal Tensor Positions(int rows, int columns)
    {
        var stored = Config.StoredGrid;
        if (rows == stored && columns == stored) return _positions;
        if (!_isFrozen || is_grad_enabled()) return Resample(rows, columns);
        if (!_resampled.TryGetValue((rows, columns), out var known)) _resampled[(rows, columns)] = known = new Constant(Resample(rows, columns));
        return known.On(_positions.device);
    }

    private Tensor Resample(int rows, int columns)
    {
        var stored = Config.StoredGrid;
        var grid = _positions.narrow(1, 1, stored * stored);                                      // [1, stored^2, C]
        return cat([_positions.narrow(1, 0, 1), Resampling.Tokens(grid, Axis(rows), Axis(columns))], 1);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var table in _resampled.Values) table.Dispose();
        base.Dispose(disposing);
    }

    // The offset enters as a scale factor f = (g + offset) / stored, so the step is 1 / f and not stored / g (spec 2.1).
    private double[,] Axis(int size)
    {
        var step = Config.StoredGrid / (size + Config.PositionOffset);
        return Config.AntialiasPositions ? Resampling.BicubicAntialias(Config.StoredGrid, size, step) : Resampling.Bicubic(Config.StoredGrid, size, step);
    }
}
