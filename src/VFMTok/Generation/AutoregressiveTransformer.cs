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
        { "_classEmbedding", "cls_embedding.embedding_table" }, { "_tokenEmbedding", "tok_embeddings" }, { "_layers", "layers" }, { "_norm", "norm" }, { "_output", "output" },
        { "_attentionNorm", "attention_norm" }, { "_attention", "attention", new() { { "_qkv", "wqkv" }, { "_output", "wo" } } },
        { "_feedForwardNorm", "ffn_norm" }, { "_feedForward", "feed_forward", new() { { "_gate", "w1" }, { "_up", "w3" }, { "_down", "w2" } } },
        { "_scale", "weight" },
    };

    private readonly Embedding _classEmbedding, _tokenEmbedding;
    private readonly ModuleList<GeneratorLayer> _layers;
    private readonly RmsNorm _norm;
    private readonly LinearLayer _output;
    private readonly Constant _rotary;

    public AutoregressiveTransformer(GeneratorConfig config) : base(config, nameof(AutoregressiveTransformer))
    {
        using var scope = NewDisposeScope(); // holds the temporaries of the start values while libtorch reads them
        config.Validate();
        _classEmbedding = Embedding(config.ClassCount + 1, config.Width); // the last one stands for no class
        _tokenEmbedding = Embedding(config.CodebookSize, config.Width);
        _layers = new ModuleList<GeneratorLayer>(Enumerable.Range(0, config.Depth).Select(i => new GeneratorLayer(config, i)).ToArray());
        _norm = new RmsNorm(config.Width, config.NormEpsilon);
        _output = Weights.Linear(config.Width, config.CodebookSize, hasBias: false);
        _rotary = new Constant(RotaryEmbedding2D.Table(config.TokenGrid, config.HeadWidth, config.RotaryBase));
        RegisterComponents();
        Initialise();
        Weights.Keep(this);
    }

    public override NameMap OfficialNames => Names;

    internal ModuleList<GeneratorLayer> Layers => _layers;

    /// <inheritdoc/>
    public override (Tensor Logits, Tensor Targets) Predict(Tensor classes, Tensor codes, double randomOrder) =>
        (Logits(classes, codes.narrow(1, 0, Config.TokenCount - 1)), codes); // [B, N, K], [B, N]

    /// <summary>Predicts every code from the class and the codes before it.</summary>
    /// <param name="classes">[B] int64 in [0, ClassCount]; ClassCount = no class.</param>
    /// <param name="codes">[B, N - 1] int64: all codes but the last.</param>
    /// <returns>[B, N, K] float32 logits.</returns>
    internal Tensor Logits(Tensor classes, Tensor codes)
    {
        var x = cat([EmbedClasses(classes), EmbedCodes(codes)], 1);                        // [B, N, C]
        return Run(SeededDraws.Dropout(x, Config.TokenDropout, training), 0, null);        // [B, N, K]
    }

    /// <inheritdoc/>
    public override CodeWriter Begin(Tensor classes) => new Writer(this, classes);

    internal Tensor EmbedClasses(Tensor classes) => _classEmbedding.call(classes).unsqueeze(1); // [B, 1, C]

    internal Tensor EmbedCodes(Tensor codes) => _tokenEmbedding.call(codes);                    // [B, N, C]

    internal Tensor RotaryTable(Device device) => _rotary.On(device);

    private Tensor Run(Tensor x, long position, KeyValueCache? cache)
    {
        var rotary = RotaryTable(x.device).narrow(0, position, x.shape[1]);               // [N, D/2, 2]
        foreach (var layer in _layers) x = layer.Run(x, rotary, position, cache);         // [B, N, C]
        return _output.call(_norm.call(x)).to(ScalarType.Float32);                        // [B, N, K]
    }

    // N(0, 0.02) everywhere; a zero output layer, so that training starts from the uniform distribution (spec 9.2).
    private void Initialise()
    {
        foreach (var parameter in parameters().Where(p => p.dim() >= 2)) Weights.Set(parameter, SeededDraws.Normal(0.02, parameter.shape));
        init.zeros_(_output.Weight);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _rotary.Dispose();
        base.Dispose(disposing);
    }

    private sealed class Writer(AutoregressiveTransformer network, Tensor classes) : CodeWriter
    {
        private readonly KeyValueCache _cache = new(network.Config, classes.shape[0], network._output.Weight.device, network._output.Weight.dtype);
        private int _position;

        public override Tensor Next(Tensor? codes)
        {
            var x = codes is null ? network.EmbedClasses(classes) : network.EmbedCodes(codes.unsqueeze(1)); // [B, 1, C]
            return network.Run(x, _position++, _cache).squeeze(1);                                          // [B, K]
        }

        public override void Dispose() => _cache.Dispose();
    }
}

/// <summary>x * rsqrt(mean(x^2) + eps), computed in float32, times a learned scale (arXiv 1910.07467).</summary>
internal sealed class RmsNorm : Module<Tensor, Tensor>
{
    private readonly Parameter _scale;
    private readonly double _epsilon;

    public RmsNorm(int width, double epsilon) : base(nameof(RmsNorm))
    {
        _epsilon = epsilon;
        _scale = Weights.Of(ones(width));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var y = x.to(ScalarType.Float32);
        return (y * y.Squared().mean([-1], keepdim: true).Plus(_epsilon).rsqrt()).to(x.dtype) * _scale;
    }
}
