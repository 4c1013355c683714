using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Generation;

/// <summary>The class-conditional GPT that writes an image's codes in raster order (LlamaGen, arXiv 2406.06525; paper section 4, spec section 9).</summary>
internal sealed class AutoregressiveTransformer : GeneratorNetwork
{
    /// <summary>Our member names to the official ones.</summary>
    internal static readonly NameMap Names = new()
    {
        { "_classEmbedding", "cls_embedding.embedding_table" }, { "_trunk", "" },
        { "_tokenEmbedding", "tok_embeddings" }, { "_layers", "layers" }, { "_norm", "norm" }, { "_output", "output" },
        { "_attentionNorm", "attention_norm" }, { "_attention", "attention", new() { { "_qkv", "wqkv" }, { "_output", "wo" } } },
        { "_feedForwardNorm", "ffn_norm" }, { "_feedForward", "feed_forward", new() { { "_gate", "w1" }, { "_up", "w3" }, { "_down", "w2" } } },
        { "_scale", "weight" },
    };

    private readonly Embedding _classEmbedding;
    private readonly GeneratorTrunk _trunk;

    public AutoregressiveTransformer(GeneratorConfig config) : base(config, nameof(AutoregressiveTransformer))
    {
        using var scope = NewDisposeScope(); // holds the temporaries of the start values while libtorch reads them
        config.Validate();
        _classEmbedding = Weights.Embedding(config.ClassCount + 1, config.Width); // the last one stands for no class
        _trunk = new GeneratorTrunk(config, prefix: 1);
        RegisterComponents();
        _trunk.Initialise(this);
        Weights.Keep(this);
    }

    public override NameMap OfficialNames => Names;

    internal GeneratorTrunk Trunk => _trunk;

    internal ModuleList<GeneratorLayer> Layers => _trunk.Layers;

    /// <inheritdoc/>
    public override (Tensor Logits, Tensor Targets) Predict(Tensor classes, Tensor codes, double randomOrder) =>
        (Logits(classes, codes.narrow(1, 0, Config.TokenCount - 1)), codes); // [B, N, K], [B, N]

    /// <summary>Predicts every code from the class and the codes before it.</summary>
    /// <param name="classes">[B] int64 in [0, ClassCount]; ClassCount = no class.</param>
    /// <param name="codes">[B, N - 1] int64: all codes but the last.</param>
    /// <returns>[B, N, K] float32 logits.</returns>
    internal Tensor Logits(Tensor classes, Tensor codes) => _trunk.Predict(EmbedClasses(classes), codes);

    /// <inheritdoc/>
    public override CodeWriter Begin(Tensor classes) => _trunk.Begin(classes.shape[0], () => EmbedClasses(classes));

    internal Tensor EmbedClasses(Tensor classes) => _classEmbedding.call(classes).unsqueeze(1); // [B, 1, C]

    internal Tensor EmbedCodes(Tensor codes) => _trunk.EmbedCodes(codes);                       // [B, N, C]

    internal Tensor RotaryTable(Device device) => _trunk.RotaryTable(device);
}

/// <summary>x * rsqrt(mean(x^2) + eps), computed in float32, times a learned scale (arXiv 1910.07467).</summary>
internal sealed class RmsNorm : Module<Tensor, Tensor>
{
    private readonly Parameter _scale;

    public RmsNorm(int width, double epsilon) : base(nameof(RmsNorm))
    {
        Epsilon = epsilon;
        _scale = Weights.Of(ones(width));
        RegisterComponents();
    }

    /// <summary>Added to the mean square.</summary>
    public double Epsilon { get; }

    /// <summary>[C] float32, on the CPU.</summary>
    public ReadOnlySpan<float> Scale => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(_scale.bytes);

    public override Tensor forward(Tensor x)
    {
        var y = x.to(ScalarType.Float32);
        return (y * y.Squared().mean([-1], keepdim: true).Plus(Epsilon).rsqrt()).to(x.dtype) * _scale;
    }
}
