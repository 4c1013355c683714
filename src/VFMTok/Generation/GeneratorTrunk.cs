using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Generation;

/// <summary>What a generator is behind its prefix, be it a class or a caption: code embedding, layers, output layer and rotary positions (spec 9.2, 9.4).</summary>
internal sealed class GeneratorTrunk : Module
{
    private readonly Embedding _tokenEmbedding;
    private readonly ModuleList<GeneratorLayer> _layers;
    private readonly RmsNorm _norm;
    private readonly LinearLayer _output;
    private readonly Constant _rotary;
    private readonly GeneratorConfig _config;
    private readonly int _prefix;

    /// <param name="config">Sizes, validated.</param>
    /// <param name="prefix">Tokens before the first code.</param>
    public GeneratorTrunk(GeneratorConfig config, int prefix) : base(nameof(GeneratorTrunk))
    {
        (_config, _prefix) = (config, prefix);
        _tokenEmbedding = Weights.Embedding(config.CodebookSize, config.Width);
        _layers = new ModuleList<GeneratorLayer>(Enumerable.Range(0, config.Depth).Select(i => new GeneratorLayer(config, i)).ToArray());
        _norm = new RmsNorm(config.Width, config.NormEpsilon);
        _output = Weights.Linear(config.Width, config.CodebookSize, hasBias: false);
        _rotary = new Constant(RotaryEmbedding2D.Table(config.TokenGrid, config.HeadWidth, config.RotaryBase, prefix));
        RegisterComponents();
    }

    internal ModuleList<GeneratorLayer> Layers => _layers;
    internal RmsNorm Norm => _norm;
    internal LinearLayer Output => _output;

    internal Tensor RotaryTable(Device device) => _rotary.On(device);

    public Tensor EmbedCodes(Tensor codes) => _tokenEmbedding.call(codes); // [B, N, C]

    /// <summary>Predicts every code from the prefix and the codes before it.</summary>
    /// <param name="prefix">[B, P, C]: the embedded prefix.</param>
    /// <param name="codes">[B, N - 1] int64: all codes but the last.</param>
    /// <param name="mask">Bool, [B, 1, P + N - 1, P + N - 1]: what each token sees; null = what is before it.</param>
    /// <returns>[B, N, K] float32 logits.</returns>
    public Tensor Predict(Tensor prefix, Tensor codes, Tensor? mask = null)
    {
        var x = SeededDraws.Dropout(cat([prefix, EmbedCodes(codes)], 1), _config.TokenDropout, training); // [B, P + N - 1, C]
        return Run(x, 0, null, mask, _config.TokenCount);                                                 // [B, N, K]
    }

    /// <summary>Begins to write images behind a prefix.</summary>
    /// <param name="batch">Images.</param>
    /// <param name="prefix">Makes the embedded prefix, [B, P, C], when the first code is asked for.</param>
    /// <param name="mask">Bool, [B, 1, at least P + N - 1, likewise]: what each token sees; null = what is before it.</param>
    public CodeWriter Begin(long batch, Func<Tensor> prefix, Tensor? mask = null) => new Writer(this, batch, prefix, mask);

    /// <summary>N(0, 0.02) for every matrix of a network; zero in the output layer, so that training starts from the uniform distribution (spec 9.2).</summary>
    public void Initialise(Module network)
    {
        foreach (var parameter in network.parameters().Where(p => p.dim() >= 2)) Weights.Set(parameter, SeededDraws.Normal(0.02, parameter.shape));
        init.zeros_(_output.Weight);
    }

    // Logits of the last tokens of x.
    private Tensor Run(Tensor x, long position, KeyValueCache? cache, Tensor? mask, long last)
    {
        var rotary = RotaryTable(x.device).narrow(0, position, x.shape[1]);               // [N, D/2, 2]
        foreach (var layer in _layers) x = layer.Run(x, rotary, position, cache, mask);   // [B, N, C]
        if (last < x.shape[1]) x = x.narrow(1, x.shape[1] - last, last);
        return _output.call(_norm.call(x)).to(ScalarType.Float32);                        // [B, last, K]
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _rotary.Dispose();
        base.Dispose(disposing);
    }

    private sealed class Writer(GeneratorTrunk trunk, long batch, Func<Tensor> prefix, Tensor? mask) : CodeWriter
    {
        private readonly KeyValueCache _cache = new(trunk._config, batch, trunk._output.Weight.device, MixedPrecision.TypeFor(trunk._output.Weight), trunk._prefix);
        private long _position;

        public override Tensor Next(Tensor? codes)
        {
            var x = codes is null ? prefix() : trunk.EmbedCodes(codes.unsqueeze(1));                 // [B, P or 1, C]
            var (start, end) = (_position, _position + x.shape[1]);
            var visible = mask?.narrow(2, start, end - start).narrow(3, 0, end);                     // [B, 1, P or 1, end]
            _position = end;
            return trunk.Run(x, start, _cache, visible, last: 1).squeeze(1);                         // [B, K]
        }

        public override void Dispose() => _cache.Dispose();
    }
}
