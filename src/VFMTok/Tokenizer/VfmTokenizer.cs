using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Foundation;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Tokenizer;

/// <summary>What a training step looks at.</summary>
/// <param name="Reconstruction">[B, 3, S, S]</param>
/// <param name="PredictedFeatures">[B, N, F]</param>
/// <param name="TargetFeatures">[B, N, F]: the frozen model's last features, without gradient.</param>
/// <param name="Quantized">Codes and what the losses need.</param>
internal sealed record TokenizerOutput(Tensor Reconstruction, Tensor PredictedFeatures, Tensor TargetFeatures, Quantized Quantized);

/// <summary>VFMTok (arXiv 2507.08441, section 3; spec 1.1): image, frozen features, slots, codes, and back to the image.</summary>
internal sealed class VfmTokenizer : Module<Tensor, TokenizerOutput>
{
    /// <summary>What the official names of the foundation model's tensors start with.</summary>
    internal const string FoundationPrefix = OfficialFoundation + ".";

    private const string OfficialFoundation = "encode_transformer.backbone.pretrained_encoder";

    /// <summary>Our member names to the official ones.</summary>
    internal static readonly NameMap Names = new()
    {
        { "_foundation", OfficialFoundation, VisionTransformer.Names },
        { "_encoder", "encode_transformer", RegionAdaptiveEncoder.Names },
        { "_pixelEncoder", "encoder", PixelDecoder.Names },
        { "_preQuantizer", "pre_slots_quant" },
        { "_quantizer", "slot_quantize", VectorQuantizer.Names },
        { "_postQuantizer", "post_slots_quant" },
        { "_tokenDecoder", "decode_transformer", TokenDecoder.Names },
        { "_pixelDecoder", "decoder", PixelDecoder.Names },
    };

    private readonly VisionTransformer _foundation;
    private readonly Module<Tensor[], Tensor>? _encoder;      // looks at the frozen features,
    private readonly ConvolutionalEncoder? _pixelEncoder;     // or, for comparison, at the pixels
    private readonly LinearLayer _preQuantizer, _postQuantizer;
    private readonly VectorQuantizer _quantizer;
    private readonly TokenDecoder _tokenDecoder;
    private readonly PixelDecoder _pixelDecoder;

    public VfmTokenizer(TokenizerConfig config) : base(nameof(VfmTokenizer))
    {
        using var scope = NewDisposeScope(); // holds the temporaries of the start values while libtorch reads them
        config.Validate();
        Config = config;
        _foundation = new VisionTransformer(config.Foundation);
        _encoder = config.Encoder switch
        {
            TokenEncoderKind.RegionAdaptive => new RegionAdaptiveEncoder(config),
            TokenEncoderKind.Grid => new GridEncoder(config),
            _ => null,
        };
        _pixelEncoder = config.Encoder == TokenEncoderKind.Convolutional ? new ConvolutionalEncoder(config) : null;
        _preQuantizer = Weights.Linear(config.Width, config.CodeWidth);
        _quantizer = new VectorQuantizer(config.CodebookSize, config.CodeWidth);
        _postQuantizer = Weights.Linear(config.CodeWidth, config.Width);
        _tokenDecoder = new TokenDecoder(config);
        _pixelDecoder = new PixelDecoder(config);
        RegisterComponents();
        Weights.Keep(this);
        foreach (var parameter in _foundation.parameters()) parameter.requires_grad = false; // frozen
    }

    public TokenizerConfig Config { get; }

    internal VisionTransformer Foundation => _foundation;
    /// <summary>The region-adaptive encoder; null = the tokenizer is of another kind.</summary>
    internal RegionAdaptiveEncoder? Encoder => _encoder as RegionAdaptiveEncoder;
    internal LinearLayer PreQuantizer => _preQuantizer;
    internal VectorQuantizer Quantizer => _quantizer;
    internal LinearLayer PostQuantizer => _postQuantizer;
    internal TokenDecoder TokenDecoder => _tokenDecoder;
    internal PixelDecoder PixelDecoder => _pixelDecoder;

    /// <summary>Everything that training needs, with gradients for all but the frozen foundation model.</summary>
    /// <param name="images">[B, 3, H, W] in [-1, 1].</param>
    public override TokenizerOutput forward(Tensor images)
    {
        var features = Features(images);                                                        // L x [B, N, F]
        var quantized = _quantizer.call(_preQuantizer.call(Slots(images, () => features)));     // [B, S, E]
        var queries = _postQuantizer.call(quantized.StraightThrough);                           // [B, S, C]
        return new TokenizerOutput(MixedPrecision.Exact(_pixelDecoder.call(_tokenDecoder.call(queries))), MixedPrecision.Exact(_tokenDecoder.PredictFeatures(queries)), features[^1], quantized);
    }

    // [B, S, C]
    private Tensor Slots(Tensor images, Func<Tensor[]> features) => _encoder?.call(features()) ?? _pixelEncoder!.call(images);

    /// <summary>The frozen model's view of the images, one map per tapped level.</summary>
    /// <returns>L x [B, N, F]</returns>
    internal Tensor[] Features(Tensor images)
    {
        using var noGradient = no_grad();
        return _foundation.Features(FoundationInput.Prepare(images, Config.FoundationSize), Config.Levels);
    }

    /// <summary>What the quantizer sees.</summary>
    /// <param name="images">[B, 3, H, W] in [-1, 1].</param>
    /// <returns>[B, S, E]</returns>
    internal Tensor BeforeQuantization(Tensor images) => _preQuantizer.call(Slots(images, () => Features(images)));

    /// <summary>Where the slots look, layer by layer.</summary>
    /// <param name="images">[B, 3, H, W] in [-1, 1].</param>
    /// <returns>[B, D, S, H, L, P, 3]: x and y in [0, 1] of the image (outside too), weight; D layers.</returns>
    internal Tensor Looks(Tensor images) => Encoder!.Trace(Features(images));

    /// <summary>Image to codes.</summary>
    /// <param name="images">[B, 3, H, W] in [-1, 1].</param>
    /// <returns>[B, S] int64 in [0, K)</returns>
    public Tensor Encode(Tensor images) => _quantizer.Nearest(BeforeQuantization(images));

    /// <summary>Image to its nearest codes, its second nearest codes, and so on; the first are those of <see cref="Encode"/> (spec 11).</summary>
    /// <param name="images">[B, 3, H, W] in [-1, 1].</param>
    /// <param name="ranks">How many; at most K.</param>
    /// <returns>[B, ranks, S] int64 in [0, K)</returns>
    public Tensor EncodeRanks(Tensor images, int ranks) => _quantizer.Nearest(BeforeQuantization(images), ranks);

    /// <summary>Codes to image.</summary>
    /// <param name="indices">[B, S] int64 in [0, K)</param>
    /// <returns>[B, 3, S, S], nominally in [-1, 1], not clamped.</returns>
    public Tensor Decode(Tensor indices) => _pixelDecoder.call(_tokenDecoder.call(_postQuantizer.call(_quantizer.Lookup(indices))));

    /// <summary>The generation path's bytes: torch's plain bicubic to the wanted side first, then trunc(clamp(127.5 x + 128)) (spec section 7).</summary>
    /// <param name="images">[B, 3, S, S]</param>
    /// <param name="size">Side of the result, pixels.</param>
    /// <returns>[B, 3, size, size] uint8</returns>
    public static Tensor ToBytes(Tensor images, int size)
    {
        if (images.shape[3] != size)
        {
            var axis = Resampling.Bicubic((int)images.shape[3], size, images.shape[3] / (double)size);
            images = Resampling.Images(images, axis, axis);
        }
        return images.Times(127.5).Plus(128).Clamped(0, 255).to(ScalarType.Byte);
    }
}
