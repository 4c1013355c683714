using VFMTok.Checkpoints;
using VFMTok.Foundation;
using VFMTok.Generation;
using VFMTok.Tokenizer;

namespace VFMTok.Pretrained;

/// <summary>Configurations of official checkpoints, which state none: from the shapes of their tensors, and from the preset of the same size what shapes do not show (heads, dropouts).</summary>
internal static class OfficialConfigurations
{
    private const int CommonHeadWidth = 64, TokenizerHeads = 8;

    /// <summary>Of a DINOv2 model (state-dict keys, section 3).</summary>
    public static VisionTransformerConfig Foundation(ITensorFile file)
    {
        var shapes = new TensorShapes(file);
        return shapes.Checked(() =>
        {
            var (width, gated) = (shapes.Of("cls_token", 2), shapes.Has("blocks.0.mlp.w12.weight"));
            var config = new VisionTransformerConfig(shapes.Of("patch_embed.proj.weight", 3), width, shapes.Count("blocks.{0}.norm1.weight"), Math.Max(1, width / CommonHeadWidth),
                shapes.Side("pos_embed", 1, others: 1), shapes.Has("register_tokens") ? shapes.Of("register_tokens", 1) : 0,
                gated ? FeedForwardKind.SwiGlu : FeedForwardKind.Mlp, gated ? 4 : Math.Max(1, shapes.Of("blocks.0.mlp.fc1.weight", 0) / width));
            config.Validate();
            return config;
        });
    }

    /// <summary>Of DINO, version 1 (section 8).</summary>
    public static VisionTransformerConfig Dino(ITensorFile file)
    {
        var shapes = new TensorShapes(file);
        return shapes.Checked(() =>
        {
            var width = shapes.Of("cls_token", 2);
            var config = new VisionTransformerConfig(shapes.Of("patch_embed.proj.weight", 3), width, shapes.Count("blocks.{0}.norm1.weight"), Math.Max(1, width / CommonHeadWidth),
                shapes.Side("pos_embed", 1, others: 1), FeedForwardRatio: Math.Max(1, shapes.Of("blocks.0.mlp.fc1.weight", 0) / width));
            config.Validate();
            return config;
        });
    }

    /// <summary>Of a tokenizer (section 1) over a foundation model.</summary>
    public static TokenizerConfig Tokenizer(ITensorFile file, VisionTransformerConfig foundation)
    {
        var shapes = new TensorShapes(file);
        var features = shapes.Of("encode_transformer.projectors.0.mlp.0.weight", 1);
        if (features != foundation.Width)
            throw new InvalidCheckpointException($"'{file.FileName}' was trained on features of {features} channels and the foundation model has {foundation.Width}; give the foundation model that it was trained with (the paper's is dinov2_vitl14_reg4_pretrain.pth).");
        return shapes.Checked(() =>
        {
            var (levels, stages) = (shapes.Count("encode_transformer.projectors.{0}.mlp.0.weight"), shapes.Count("decoder.conv_blocks.{0}.res.0.conv1.weight"));
            var (width, pixels) = (shapes.Of("pre_slots_quant.weight", 1), shapes.Of("decoder.norm_out.weight", 0));
            var size = shapes.Side("decode_transformer.position_embedding", 1, others: 1) * foundation.PatchSize; // of the foundation model's view; the images are as large
            var config = TokenizerConfig.Paper with
            {
                ImageSize = size, FoundationSize = size, Foundation = foundation, Levels = [.. Enumerable.Range(1, levels).Select(l => l * foundation.Depth / levels - 1)],
                SlotGrid = shapes.Side("encode_transformer.carrier_tokens", 1), Width = width,
                EncoderDepth = shapes.Count("encode_transformer.transformer.layers.{0}.norm1.weight"), EncoderHeads = TokenizerHeads,
                SamplingPoints = shapes.Of("encode_transformer.transformer.layers.0.cross_attn.attention_weights.weight", 0) / (TokenizerHeads * levels),
                CodebookSize = shapes.Of("slot_quantize.embedding.weight", 0), CodeWidth = shapes.Of("slot_quantize.embedding.weight", 1),
                DecoderDepth = shapes.Count("decode_transformer.transformer.layers.{0}.norm1.weight"), DecoderHeads = TokenizerHeads,
                DecoderHidden = Nominal(shapes.Of("decode_transformer.transformer.layers.0.ffnet.w3.weight", 1)), DecoderRegisters = shapes.Of("decode_transformer.register_tokens", 1),
                PixelWidth = pixels, PixelMultipliers = [.. Enumerable.Range(1, stages).Select(s => shapes.Of($"decoder.conv_blocks.{stages - s}.res.0.conv1.weight", 0) / pixels)],
                ResidualBlocks = shapes.Count("decoder.conv_blocks.0.res.{0}.conv1.weight"),
            };
            config.Validate();
            return config;
        });
    }

    /// <summary>Of a class-conditional generator: GPT (section 4) or RAR (section 10).</summary>
    /// <param name="file">The file.</param>
    /// <param name="tokenGrid">Side of the tokenizer's slot grid; a GPT's shapes do not show it.</param>
    public static GeneratorConfig Generator(ITensorFile file, int tokenGrid)
    {
        var shapes = new TensorShapes(file);
        return shapes.Checked(() =>
        {
            var config = shapes.Has("tok_embeddings.weight") ? Autoregressive(shapes, tokenGrid) : RandomOrder(shapes);
            config.Validate();
            return config;
        });
    }

    /// <summary>What a configuration is called, such as <c>GPT-B</c>; its sizes if it has no name.</summary>
    public static string NameOf(GeneratorConfig config)
    {
        var name = GeneratorConfig.Presets.FirstOrDefault(p => IsSize(p.Value, config.Architecture, config.Depth, config.Width)).Key;
        var family = config.Architecture == GeneratorArchitecture.Autoregressive ? "GPT" : "RAR";
        return name is null ? $"{family}, {config.Depth} layers of {config.Width}" : name.StartsWith("RAR", StringComparison.Ordinal) ? name : $"{family}-{name}";
    }

    /// <inheritdoc cref="NameOf(GeneratorConfig)"/>
    public static string NameOf(VisionTransformerConfig config) =>
        VisionTransformerConfig.Presets.FirstOrDefault(p => p.Value == config).Key ?? $"vision transformer, {config.Depth} blocks of {config.Width}";

    private static GeneratorConfig Autoregressive(TensorShapes shapes, int tokenGrid)
    {
        var (width, depth) = (shapes.Of("tok_embeddings.weight", 1), shapes.Count("layers.{0}.attention.wqkv.weight"));
        var config = Preset(GeneratorArchitecture.Autoregressive, depth, width) ?? GeneratorConfig.B with { Depth = depth, Width = width, Heads = Math.Max(1, width / CommonHeadWidth) };
        var keysAndValues = (shapes.Of("layers.0.attention.wqkv.weight", 0) - width) / 2 / config.HeadWidth;
        config = config with
        {
            TokenGrid = tokenGrid, CodebookSize = shapes.Of("tok_embeddings.weight", 0), ClassCount = shapes.Of("cls_embedding.embedding_table.weight", 0) - 1,
            KeyValueHeads = keysAndValues == config.Heads ? 0 : keysAndValues,
        };
        var hidden = shapes.Of("layers.0.feed_forward.w1.weight", 0);
        return config.HiddenWidth == hidden ? config : config with { FeedForwardWidth = hidden };
    }

    // Spare rows of the tables as in the official files (spec 11).
    private static GeneratorConfig RandomOrder(TensorShapes shapes)
    {
        var (width, depth, codes) = (shapes.Of("cls_token", 2), shapes.Count("blocks.{0}.attn.qkv.weight"), shapes.Of("lm_head.weight", 0));
        var config = Preset(GeneratorArchitecture.RandomOrder, depth, width) ?? GeneratorConfig.RarL with { Depth = depth, Width = width };
        return config with
        {
            Heads = width / shapes.Of("blocks.0.attn.q_norm.weight", 0), FeedForwardWidth = shapes.Of("blocks.0.mlp.fc1.weight", 0),
            TokenGrid = shapes.Side("pos_embed", 1, others: 1024), CodebookSize = codes, ClassCount = shapes.Of("embeddings.weight", 0) - codes - 2,
        };
    }

    private static GeneratorConfig? Preset(GeneratorArchitecture architecture, int depth, int width) => GeneratorConfig.Presets.Values.FirstOrDefault(p => IsSize(p, architecture, depth, width));

    private static bool IsSize(GeneratorConfig config, GeneratorArchitecture architecture, int depth, int width) =>
        config.Architecture == architecture && config.Depth == depth && config.Width == width;

    // A gated network states a nominal width of which it uses two thirds, rounded up.
    private static int Nominal(int hidden)
    {
        var paper = TokenizerConfig.Paper.DecoderHidden;
        if (SwiGluFeedForward.HiddenWidth(paper) == hidden) return paper;
        if (hidden <= 1 << 20)
            for (var nominal = Math.Max(1, hidden * 3 / 2 - 12); nominal <= hidden * 3 / 2 + 2; nominal++)
                if (SwiGluFeedForward.HiddenWidth(nominal) == hidden) return nominal;
        throw new ArgumentException($"no gated network has {hidden} hidden channels");
    }
}
