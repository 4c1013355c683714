using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Tokenizer;

/// <summary>The VQGAN decoder (arXiv 2012.09841; spec section 7): residual convolutions that double the side stage by stage, from the token grid to pixels.</summary>
internal sealed class PixelDecoder : Module<Tensor, Tensor>
{
    /// <summary>Our member names to the official ones; also of <see cref="ConvolutionalEncoder"/>, made of the same parts.</summary>
    internal static readonly NameMap Names = new()
    {
        { "_input", "conv_in" }, { "_before", "mid.0" }, { "_middle", "mid.1" }, { "_after", "mid.2" }, { "_stages", "conv_blocks" }, { "_norm", "norm_out" }, { "_output", "conv_out" },
        { "_blocks", "res" }, { "_upsample", "upsample.conv" }, { "_downsample", "downsample.conv" },
        { "_norm1", "norm1" }, { "_conv1", "conv1" }, { "_norm2", "norm2" }, { "_conv2", "conv2" }, { "_shortcut", "nin_shortcut" }, { "_weight", "weight" }, { "_bias", "bias" },
        { "_attentionNorm", "norm" }, { "_query", "q" }, { "_key", "k" }, { "_value", "v" }, { "_projection", "proj_out" },
    };

    private readonly Convolution2D _input, _output;
    private readonly ResidualBlock _before, _after;
    private readonly SpatialAttention _middle;
    private readonly ModuleList<PixelStage> _stages;
    private readonly GroupNorm _norm;

    public PixelDecoder(TokenizerConfig config) : base(nameof(PixelDecoder))
    {
        var groups = config.NormGroups;
        var width = config.PixelWidth * config.PixelMultipliers[^1];
        _input = new Convolution2D(config.Width, width, 3, padding: 1);
        _before = new ResidualBlock(width, width, groups);
        _middle = new SpatialAttention(width, groups);
        _after = new ResidualBlock(width, width, groups);
        var stages = new List<PixelStage>();
        for (var i = config.PixelMultipliers.Count - 1; i >= 0; i--)
        {
            var next = config.PixelWidth * config.PixelMultipliers[i];
            stages.Add(new PixelStage(width, next, config.ResidualBlocks, groups, upsample: i > 0));
            width = next;
        }
        _stages = new ModuleList<PixelStage>([.. stages]);
        _norm = ResidualBlock.Norm(groups, width);
        _output = new Convolution2D(width, 3, 3, padding: 1);
        RegisterComponents();
    }

    /// <summary>Weight of the layer that makes the pixels.</summary>
    internal Parameter LastWeight => _output.Weight;

    /// <param name="x">[B, C, G, G]</param>
    /// <returns>[B, 3, S, S], nominally in [-1, 1], not clamped.</returns>
    public override Tensor forward(Tensor x)
    {
        if (!is_grad_enabled() && x.device_type == DeviceType.CPU) x = GroupNormSwish.ChannelsLast(x); // oneDNN's convolutions need not turn it around then
        x = _after.call(_middle.call(_before.call(_input.call(x))));            // [B, W, G, G]
        foreach (var stage in _stages) x = stage.call(x);                       // the side doubles in every stage but the last
        return _output.call(ResidualBlock.NormSwish(_norm, x));                    // [B, 3, S, S]
    }
}

/// <summary>Residual blocks, then nearest-neighbour doubling and a convolution.</summary>
internal sealed class PixelStage : Module<Tensor, Tensor>
{
    private readonly ModuleList<ResidualBlock> _blocks;
    private readonly Convolution2D? _upsample;

    public PixelStage(int input, int output, int blocks, int groups, bool upsample) : base(nameof(PixelStage))
    {
        _blocks = new ModuleList<ResidualBlock>(Enumerable.Range(0, blocks).Select(b => new ResidualBlock(b == 0 ? input : output, output, groups)).ToArray());
        _upsample = upsample ? new Convolution2D(output, output, 3, padding: 1) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();                                                                // frees what no gradient needs
        foreach (var block in _blocks) x = block.call(x);
        if (_upsample is not null) x = _upsample.call(functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Nearest)); // [B, C, 2H, 2W]
        return x.MoveToOuterDisposeScope();
    }
}

/// <summary>Norm, swish, convolution, twice; the input is added, through a 1x1 convolution if the width changes.</summary>
internal sealed class ResidualBlock : Module<Tensor, Tensor>
{
    internal const double NormEpsilon = 1e-6;

    /// <summary>TorchSharp 0.107 leaves the scale and shift of a new GroupNorm as uninitialised memory: they start as 1 and 0, as in PyTorch.</summary>
    internal static GroupNorm Norm(int groups, int channels)
    {
        var norm = GroupNorm(groups, channels, NormEpsilon);
        init.ones_(norm.weight!);
        init.zeros_(norm.bias!);
        return norm;
    }

    /// <summary>x * sigmoid(x). Written out where a gradient is wanted: the gradient of libtorch's silu takes five times as long on a CPU.</summary>
    internal static Tensor Swish(Tensor x) => is_grad_enabled() ? x * x.sigmoid() : functional.silu(x);

    /// <summary>Group norm, then swish; without a gradient on the CPU in one pass, in the type that convolutions take.</summary>
    /// <param name="norm">Norm.</param>
    /// <param name="x">[B, C, H, W]</param>
    /// <param name="inPlace">Whether x may be overwritten.</param>
    /// <returns>[B, C, H, W]</returns>
    internal static Tensor NormSwish(GroupNorm norm, Tensor x, bool inPlace = false) =>
        GroupNormSwish.Serves(x) ? GroupNormSwish.Apply(norm, MixedPrecision.Cast(x), inPlace) : Swish(norm.CallExact(x));

    private readonly GroupNorm _norm1, _norm2;
    private readonly Convolution2D _conv1, _conv2;
    private readonly Convolution2D? _shortcut;

    public ResidualBlock(int input, int output, int groups) : base(nameof(ResidualBlock))
    {
        _norm1 = Norm(groups, input);
        _conv1 = new Convolution2D(input, output, 3, padding: 1);
        _norm2 = Norm(groups, output);
        _conv2 = new Convolution2D(output, output, 3, padding: 1);
        _shortcut = input == output ? null : new Convolution2D(input, output, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();                               // frees what no gradient needs
        var y = _conv1.call(NormSwish(_norm1, x));                         // [B, out, H, W]
        y = _conv2.call(NormSwish(_norm2, y, inPlace: true));              // [B, out, H, W]
        x = _shortcut?.call(x) ?? x;
        return (is_grad_enabled() ? x.Plus(y) : y.PlusInPlace(x)).MoveToOuterDisposeScope();
    }
}

/// <summary>Single-head attention over all places of the coarsest grid.</summary>
internal sealed class SpatialAttention : Module<Tensor, Tensor>
{
    private readonly GroupNorm _attentionNorm;
    private readonly Convolution2D _query, _key, _value, _projection;

    public SpatialAttention(int width, int groups) : base(nameof(SpatialAttention))
    {
        _attentionNorm = ResidualBlock.Norm(groups, width);
        _query = new Convolution2D(width, width, 1);
        _key = new Convolution2D(width, width, 1);
        _value = new Convolution2D(width, width, 1);
        _projection = new Convolution2D(width, width, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();                                                                     // frees what no gradient needs
        var h = _attentionNorm.CallExact(x);
        Tensor Rows(Tensor t) => t.flatten(2).transpose(1, 2).unsqueeze(1);                                      // [B, 1, H*W, C]
        var y = ScaledDotProduct.Attend(Rows(_query.call(h)), Rows(_key.call(h)), Rows(_value.call(h)));
        return x.Plus(_projection.call(y.squeeze(1).transpose(1, 2).reshape(x.shape))).MoveToOuterDisposeScope(); // [B, C, H, W]
    }
}
