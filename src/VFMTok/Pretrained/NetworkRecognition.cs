using VFMTok.Checkpoints;

namespace VFMTok.Pretrained;

/// <summary>Tells networks by the names of their tensors (state-dict keys, sections 1 to 10).</summary>
internal static class NetworkRecognition
{
    // Most telling names first: all of them must be there.
    private static readonly (NetworkKind Kind, string[] Names)[] Signs =
    [
        (NetworkKind.Tokenizer, ["slot_quantize.embedding.weight", "encode_transformer.carrier_tokens"]),
        (NetworkKind.TextGenerator, ["cls_embedding.cap_proj.fc1.weight", "tok_embeddings.weight"]),
        (NetworkKind.Generator, ["cls_embedding.embedding_table.weight", "tok_embeddings.weight"]),
        (NetworkKind.Generator, ["timesteps_embeddings", "target_aware_pos_embed", "embeddings.weight"]),
        (NetworkKind.Foundation, ["patch_embed.proj.weight", "mask_token", "blocks.0.ls1.gamma"]),
        (NetworkKind.Dino, ["patch_embed.proj.weight", "pos_embed", "blocks.0.attn.qkv.weight"]),
        (NetworkKind.PerceptualLoss, ["net.slice1.0.weight", "lin0.model.1.weight"]),
        (NetworkKind.PerceptualHeads, ["lin0.model.1.weight"]),
        (NetworkKind.Vgg16, ["features.0.weight", "features.28.weight"]),
        (NetworkKind.Inception, ["Conv2d_1a_3x3.conv.weight", "Mixed_7c.branch1x1.conv.weight"]),
        (NetworkKind.DinoDiscriminator, ["heads.0.0.0.weight_orig"]),
    ];

    /// <summary>Which network it is.</summary>
    public static NetworkKind Of(ITensorFile file) => Signs.FirstOrDefault(sign => sign.Names.All(file.Contains)).Kind;

    /// <summary>What to call a kind in a sentence.</summary>
    public static string Describe(NetworkKind kind) => kind switch
    {
        NetworkKind.Foundation => "a DINOv2 foundation model",
        NetworkKind.Tokenizer => "a VFMTok tokenizer",
        NetworkKind.Generator => "a class-conditional generator",
        NetworkKind.TextGenerator => "a text-conditional generator",
        NetworkKind.PerceptualLoss => "LPIPS",
        NetworkKind.PerceptualHeads => "the linear heads of LPIPS",
        NetworkKind.Vgg16 => "VGG-16",
        NetworkKind.Dino => "a DINO vision transformer (version 1)",
        NetworkKind.DinoDiscriminator => "the heads of a DINO discriminator",
        NetworkKind.Inception => "Inception-v3",
        _ => "no network that is known",
    };

    /// <summary>Checks that a file is what an option wants.</summary>
    /// <exception cref="InvalidCheckpointException">It is something else; the sentence says what.</exception>
    public static void Require(ITensorFile file, NetworkKind wanted)
    {
        var kind = Of(file);
        if (kind != wanted) throw new InvalidCheckpointException($"'{file.FileName}' is {Describe(kind)} and not {Describe(wanted)}; give another file.");
    }
}
