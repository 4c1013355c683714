using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Tokenizer;

/// <summary>The VQGAN encoder (arXiv 2012.09841), the mirror image of <see cref="PixelDecoder"/>: residual convolutions that halve the side stage by stage, from pixels to the token grid. Its parts have the names of the decoder's.</summary>
internal sealed class ConvolutionalEncoder : Module<Tensor, Tensor>
{
    private readonly Convolution2D _input, _output;
    private readonly ModuleList<EncoderStage> _stages;
    private readonly ResidualBlock _before, _after;
    private readonly SpatialAttention _middle;
    private readonly GroupNorm _norm;

    public ConvolutionalEncoder(TokenizerConfig config) : base(nameof(ConvolutionalEncoder))
    {
        using var scope = NewDisposeScope(); // holds the temporaries of the start values while libtorch reads them
        var (groups, width) = (config.NormGroups, config.PixelWidth);
        _input = new Convolution2D(3, width, 3, padding: 1);
        var stages = new List<EncoderStage>();
        for (var i = 0; i < config.PixelMultipliers.Count; i++)
        {
            var next = config.PixelWidth * config.PixelMultipliers[i];
            stages.Add(new EncoderStage(width, next, config.ResidualBlocks, groups, downsample: i < config.PixelMultipliers.Count - 1));
            width = next;
        }
        _stages = new ModuleList<EncoderStage>([.. stages]);
        _before = new ResidualBlock(width, width, groups);
        _middle = new SpatialAttention(width, groups);
        _after = new ResidualBlock(width, width, groups);
        _norm = ResidualBlock.Norm(groups, width);
        _output = new Convolution2D(width, config.Width, 3, padding: 1);
        RegisterComponents();
        Weights.Keep(this);
    }

    /// <param name="images">[B, 3, S, S] in [-1, 1].</param>
    /// <returns>[B, G * G, C], row-major, G = DecoderGrid.</returns>
    public override Tensor forward(Tensor images)
    {
        var x = _input.call(images);                                                                         // [B, W, S, S]
        foreach (var stage in _stages) x = stage.call(x);                                                    // the side halves in every stage but the last
        x = _output.call(ResidualBlock.NormSwish(_norm, _after.call(_middle.call(_before.call(x)))));        // [B, C, G, G]
        return MixedPrecision.Exact(x).flatten(2).transpose(1, 2);                                           // [B, G * G, C]
    }
}

/// <summary>Residual blocks, then a convolution of every second place.</summary>
internal sealed class EncoderStage : Module<Tensor, Tensor>
{
    private readonly ModuleList<ResidualBlock> _blocks;
    private readonly Convolution2D? _downsample;

    public EncoderStage(int input, int output, int blocks, int groups, bool downsample) : base(nameof(EncoderStage))
    {
        _blocks = new ModuleList<ResidualBlock>(Enumerable.Range(0, blocks).Select(b => new ResidualBlock(b == 0 ? input : output, output, groups)).ToArray());
        _downsample = downsample ? new Convolution2D(output, output, 3, stride: 2, padding: 1) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();                                // frees what no gradient needs
        foreach (var block in _blocks) x = block.call(x);
        return (_downsample?.call(x) ?? x).MoveToOuterDisposeScope();       // [B, C, H / 2, W / 2]
    }
}
