using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Generation;

/// <summary>The text-conditional GPT (spec 9.3): a caption instead of a class before the codes. It has no text encoder: captions come in as embeddings.</summary>
/// <remarks>Captions are padded in front. Padding is hidden from all other tokens by a mask; the caption's tokens have no rotary position, as the class token has none.
/// Dropping captions, which makes guidance possible, is the trainer's (10 % in LlamaGen's recipe), and so is drawing which.</remarks>
internal sealed class TextConditionedTransformer : Module
{
    /// <summary>Our member names to the official ones.</summary>
    internal static readonly NameMap Names = new()
    {
        { "_captionEmbedding", "cls_embedding", new() { { "_unconditional", "uncond_embedding" }, { "_hidden", "cap_proj.fc1" }, { "_projection", "cap_proj.fc2" } } },
        { "_trunk", "", AutoregressiveTransformer.Names },
    };

    private readonly CaptionEmbedder _captionEmbedding;
    private readonly GeneratorTrunk _trunk;

    /// <param name="config">Sizes; its class count is not used.</param>
    /// <param name="captionWidth">Channels of the text encoder; the official models take T5's 2048.</param>
    /// <param name="captionLength">Tokens of a caption with its padding.</param>
    public TextConditionedTransformer(GeneratorConfig config, int captionWidth = 2048, int captionLength = 120) : base(nameof(TextConditionedTransformer))
    {
        using var scope = NewDisposeScope(); // holds the temporaries of the start values while libtorch reads them
        config.Validate();
        if (captionWidth <= 0 || captionLength <= 0) throw new ArgumentException($"Captions of {captionLength} tokens with {captionWidth} channels are not possible; give positive numbers.");
        (Config, CaptionWidth, CaptionLength) = (config, captionWidth, captionLength);
        _captionEmbedding = new CaptionEmbedder(captionWidth, captionLength, config.Width);
        _trunk = new GeneratorTrunk(config, captionLength);
        RegisterComponents();
        _trunk.Initialise(this);
        Weights.Keep(this);
    }

    /// <summary>Sizes.</summary>
    public GeneratorConfig Config { get; }

    /// <summary>Channels of a caption's tokens.</summary>
    public int CaptionWidth { get; }

    /// <summary>Tokens of a caption with its padding.</summary>
    public int CaptionLength { get; }

    internal Tensor RotaryTable(Device device) => _trunk.RotaryTable(device);

    /// <inheritdoc cref="CaptionEmbedder.Run"/>
    public Tensor EmbedCaptions(Tensor captions, Tensor? dropped = null)
    {
        Shapes.Require(captions, [-1, CaptionLength, CaptionWidth]);
        return _captionEmbedding.Run(captions, dropped); // [B, T, C]
    }

    /// <summary>Predicts every code from the caption and the codes before it.</summary>
    /// <param name="captions">[B, T, E]</param>
    /// <param name="codes">[B, N - 1] int64: all codes but the last.</param>
    /// <param name="dropped">Optional bool, [B]: captions that are dropped.</param>
    /// <param name="mask">Optional bool, [B, 1, T + N - 1, T + N - 1]: what each token sees (<see cref="Mask"/>); null = what is before it.</param>
    /// <returns>[B, N, K] float32 logits.</returns>
    public Tensor Logits(Tensor captions, Tensor codes, Tensor? dropped = null, Tensor? mask = null)
    {
        Shapes.Require(codes, [captions.shape[0], Config.TokenCount - 1]);
        var tokens = CaptionLength + Config.TokenCount - 1;
        if (mask is not null) Shapes.Require(mask, [captions.shape[0], 1, tokens, tokens]);
        return _trunk.Predict(EmbedCaptions(captions, dropped), codes, mask);
    }

    /// <summary>Images of captions, for <see cref="CodeSampler"/>: class i is caption i, and no class is no caption.</summary>
    /// <param name="captions">[B, T, E]; the caller's.</param>
    /// <param name="visible">Optional bool, [B, T]: false where a caption is padded; the caller's. The unguided half of a guided batch hides the same tokens.</param>
    public ICodeSource Of(Tensor captions, Tensor? visible = null)
    {
        Shapes.Require(captions, [-1, CaptionLength, CaptionWidth]);
        if (visible is not null) Shapes.Require(visible, [captions.shape[0], CaptionLength]);
        return new Captioned(this, captions, visible);
    }

    /// <summary>What each token of a sequence sees: what is before it but a caption's padding, and always itself.</summary>
    /// <param name="visible">Bool, [B, T]: false where a caption is padded.</param>
    /// <param name="tokens">Tokens of the sequence, M: caption and codes.</param>
    /// <returns>Bool, [B, 1, M, M]</returns>
    public static Tensor Mask(Tensor visible, long tokens)
    {
        var codes = ones(visible.shape[0], tokens - visible.shape[1], dtype: ScalarType.Bool, device: visible.device);
        var columns = cat([visible, codes], 1).reshape(-1, 1, 1, tokens);                                             // [B, 1, 1, M]
        var before = ones(tokens, tokens, dtype: ScalarType.Bool, device: visible.device).tril();                     // [M, M]
        return columns.logical_and(before).logical_or(eye(tokens, dtype: ScalarType.Bool, device: visible.device));   // [B, 1, M, M]
    }

    private sealed class Captioned(TextConditionedTransformer network, Tensor captions, Tensor? visible) : ICodeSource
    {
        public GeneratorConfig Config { get; } = network.Config with { ClassCount = (int)captions.shape[0] };

        public CodeWriter Begin(Tensor classes)
        {
            var batch = classes.shape[0];
            var dropped = classes.eq(ScalarArithmetic.FullLike(classes, Config.NullClass));                           // [B]
            var indices = where(dropped, classes.roll(batch / 2, 0), classes);                                        // a guided batch: its second half belongs to the first
            var mask = visible is null ? null : Mask(cat([visible, ones_like(visible.narrow(0, 0, 1))]).index_select(0, indices), network.CaptionLength + Config.TokenCount - 1);
            var rows = where(indices.eq(ScalarArithmetic.FullLike(indices, Config.NullClass)), zeros_like(indices), indices); // no caption at all: any, it is dropped
            return network._trunk.Begin(batch, () => network.EmbedCaptions(captions.index_select(0, rows), dropped), mask);
        }
    }
}
