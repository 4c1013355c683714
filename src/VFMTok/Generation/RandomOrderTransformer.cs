using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Generation;

/// <summary>RAR (arXiv 2411.00776; spec 11): a causal transformer that learns an image's codes in any order, because every position is told which place it is to predict, and writes them in raster order.</summary>
internal sealed class RandomOrderTransformer : GeneratorNetwork
{
    /// <summary>Our member names to the official ones.</summary>
    internal static readonly NameMap Names = new()
    {
        { "_start", "cls_token" }, { "_places", "pos_embed" }, { "_nextPlaces", "target_aware_pos_embed" }, { "_steps", "timesteps_embeddings" }, { "_embedding", "embeddings" },
        { "_blocks", "blocks" }, { "_norm1", "norm1" }, { "_norm2", "norm2" }, { "_modulation", "adaLN_modulation.1" },
        { "_attention", "attn", new() { { "_qkv", "qkv" }, { "_queryNorm", "q_norm" }, { "_keyNorm", "k_norm" }, { "_projection", "proj" } } },
        { "_feedForward", "mlp", new() { { "_expand", "fc1" }, { "_contract", "fc2" } } },
        { "_lastNorm", "adaln_before_head" }, { "_output", "lm_head" },
    };

    private const int Prefix = 2;                               // start token and class come before the codes
    private const int SparePlaces = 1024, SpareSteps = 100;     // rows that the official tables have beyond an image's and that nothing reads

    private readonly Parameter _start, _places, _nextPlaces, _steps;
    private readonly Embedding _embedding;
    private readonly ModuleList<RandomOrderBlock> _blocks;
    private readonly ConditionedNorm _lastNorm;
    private readonly LinearLayer _output;
    private readonly Constant _classRows, _raster;

    public RandomOrderTransformer(GeneratorConfig config) : base(config, nameof(RandomOrderTransformer))
    {
        using var scope = NewDisposeScope(); // holds the temporaries of the start values while libtorch reads them
        config.Validate();
        var count = config.TokenCount;
        Parameter Table(long rows) => Weights.Of(SeededDraws.Normal(0.02, 1, rows, config.Width));
        (_start, _places, _nextPlaces, _steps) = (Table(1), Table(count + SparePlaces), Table(count + SparePlaces), Table(count + SpareSteps));
        _embedding = Weights.Embedding(config.CodebookSize + 1 + config.ClassCount + 1, config.Width); // codes, a mask that nothing uses, classes, no class
        _blocks = new ModuleList<RandomOrderBlock>(Enumerable.Range(0, config.Depth).Select(i => new RandomOrderBlock(config, i)).ToArray());
        _lastNorm = new ConditionedNorm(config);
        _output = Weights.Linear(config.Width, config.CodebookSize);
        _classRows = new Constant(Range(config.CodebookSize + 1, config.ClassCount + 1));
        _raster = new Constant(Range(0, count));
        RegisterComponents();
        Initialise();
        Weights.Keep(this);

        static Tensor Range(long first, int length) => tensor(Enumerable.Range(0, length).Select(i => first + i).ToArray());
    }

    public override NameMap OfficialNames => Names;

    public override double Beta2 => 0.96;

    internal ModuleList<RandomOrderBlock> Blocks => _blocks;

    internal ConditionedNorm LastNorm => _lastNorm;

    /// <summary>As the paper's code, by substring: nothing that is called a norm, a bias or an embedding. The last norm's modulation is spared by its name (adaln), the blocks' are not (adaLN).</summary>
    public override bool Decays(string name, Parameter parameter) =>
        parameter.dim() >= 2 && !new[] { "ln", "bias", "norm", "gamma", "embed" }.Any(part => name.Contains(part, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override (Tensor Logits, Tensor Targets) Predict(Tensor classes, Tensor codes, double randomOrder) =>
        PredictInOrder(classes, codes, randomOrder > 0 ? DrawOrders(codes.shape[0], randomOrder, codes.device) : null);

    /// <summary>Predicts the codes in given orders.</summary>
    /// <param name="classes">[B] int64 in [0, ClassCount]; ClassCount = no class.</param>
    /// <param name="codes">[B, N] int64, in raster order.</param>
    /// <param name="orders">[B, N] int64: which place comes when; null = raster order.</param>
    /// <returns>[B, N, K] float32 logits, and the codes in their orders: [B, N].</returns>
    internal (Tensor Logits, Tensor Targets) PredictInOrder(Tensor classes, Tensor codes, Tensor? orders)
    {
        var targets = orders is null ? codes : codes.gather(1, orders);                                       // [B, N]
        var x = Embed(classes, targets.narrow(1, 0, Config.TokenCount - 1), orders);                          // [B, N + 1, C]
        var condition = Condition(classes, 0, x.shape[1]);                                                    // [B, N + 1, C]
        x = Run(SeededDraws.Dropout(x, Config.TokenDropout, training), condition, 0, null);
        return (Head(x.narrow(1, 1, Config.TokenCount), condition.narrow(1, 1, Config.TokenCount)), targets);
    }

    /// <inheritdoc/>
    public override CodeWriter Begin(Tensor classes) => new Writer(this, classes);

    /// <summary>For each image which place comes when.</summary>
    /// <param name="batch">Images.</param>
    /// <param name="chance">Chance of a random order; raster order otherwise.</param>
    /// <param name="device">Where.</param>
    /// <returns>[B, N] int64</returns>
    internal Tensor DrawOrders(long batch, double chance, Device device)
    {
        var orders = SeededDraws.Uniform(device, batch, Config.TokenCount).argsort(1);                        // [B, N]
        return chance >= 1 ? orders : where(SeededDraws.Uniform(device, batch, 1).Below(chance), orders, _raster.On(device));
    }

    /// <summary>Start token, class and codes, each with its own place and the place of the code that follows.</summary>
    /// <param name="classes">[B] int64</param>
    /// <param name="before">[B, M] int64: the first codes in their order.</param>
    /// <param name="orders">[B, N] int64; null = raster order.</param>
    /// <returns>[B, M + 2, C]</returns>
    internal Tensor Embed(Tensor classes, Tensor before, Tensor? orders)
    {
        var rows = cat([ClassRows(classes).unsqueeze(1), before], 1);                                         // [B, M + 1]
        var x = cat([_start.expand(before.shape[0], 1, -1), _embedding.call(rows)], 1);                       // [B, M + 2, C]
        return x.Plus(Places(orders, x.shape[1])).Plus(NextPlaces(orders, x.shape[1]));
    }

    /// <summary>Where the tokens stand: [B or 1, L, C].</summary>
    internal Tensor Places(Tensor? orders, long length) => orders is null
        ? _places.narrow(1, 0, length)
        : cat([_places.narrow(1, 0, Prefix).expand(orders.shape[0], -1, -1), Ordered(_places, orders, length - Prefix)], 1);

    /// <summary>Where the codes that the tokens predict stand; zero for the start token, and for the last code, which predicts none: [B or 1, L, C].</summary>
    internal Tensor NextPlaces(Tensor? orders, long length)
    {
        var count = Math.Min(length - 1, Config.TokenCount);
        var rows = orders is null ? _nextPlaces.narrow(1, Prefix, count) : Ordered(_nextPlaces, orders, count); // [B or 1, L - 1, C]
        Tensor Nothing(long places) => zeros(rows.shape[0], places, Config.Width, device: rows.device);
        return cat([Nothing(1), rows, Nothing(length - 1 - count)], 1);
    }

    /// <summary>What modulates the norms: the class and how far the writing is, behind a SiLU.</summary>
    /// <param name="classes">[B] int64</param>
    /// <param name="first">First position.</param>
    /// <param name="count">Positions.</param>
    /// <returns>[B, L, C]</returns>
    internal Tensor Condition(Tensor classes, long first, long count) => MixedPrecision.Cast(IndependentRows.Map(PlainCondition(classes, first, count), static y => functional.silu(y)));

    internal Tensor PlainCondition(Tensor classes, long first, long count) => _embedding.call(ClassRows(classes)).unsqueeze(1).Plus(_steps.narrow(1, first, count)); // [B, L, C]

    /// <summary>Logits of the codes that positions predict.</summary>
    /// <returns>[B, L, K] float32</returns>
    internal Tensor Head(Tensor x, Tensor condition) => _output.call(_lastNorm.call(x, condition)).to(ScalarType.Float32);

    /// <summary>Rows of the embedding that stand for classes: [B].</summary>
    internal Tensor ClassRows(Tensor classes) => _classRows.On(classes.device).index_select(0, classes);

    private Tensor Run(Tensor x, Tensor condition, long position, KeyValueCache? cache)
    {
        foreach (var block in _blocks) x = block.Run(x, condition, position, cache);                          // [B, L, C]
        return x;
    }

    private static Tensor Ordered(Tensor table, Tensor orders, long count)
    {
        var rows = table.select(0, 0).narrow(0, Prefix, orders.shape[1]);                                     // [N, C]
        return rows.index_select(0, orders.narrow(1, 0, count).flatten()).reshape(orders.shape[0], count, -1); // [B, L, C]
    }

    // N(0, 0.02), cut off at 2 in the reference: never. What modulates starts at zero, so that every block starts as the identity.
    private void Initialise()
    {
        foreach (var (name, parameter) in named_parameters())
            if (name.Contains("_modulation", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal)) init.zeros_(parameter);
            else if (parameter.dim() == 2) Weights.Set(parameter, SeededDraws.Normal(0.02, parameter.shape));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _classRows.Dispose();
        if (disposing) _raster.Dispose();
        base.Dispose(disposing);
    }

    private sealed class Writer(RandomOrderTransformer network, Tensor classes) : CodeWriter
    {
        private readonly KeyValueCache _cache = new(network.Config, classes.shape[0], network._output.Weight.device, MixedPrecision.TypeFor(network._output.Weight), prefix: 2);
        private int _position;

        public override Tensor Next(Tensor? codes)
        {
            var x = codes is null ? network.Embed(classes, classes.unsqueeze(1).narrow(1, 0, 0), null)         // [B, 2, C]
                : network._embedding.call(codes.unsqueeze(1)).Plus(network._places.narrow(1, _position, 1)).Plus(network._nextPlaces.narrow(1, _position + 1, 1)); // [B, 1, C]
            var count = x.shape[1];
            var condition = network.Condition(classes, _position, count);                                      // [B, 1 or 2, C]
            x = network.Run(x, condition, _position, _cache);
            _position += (int)count;
            return network.Head(x.narrow(1, count - 1, 1), condition.narrow(1, count - 1, 1)).squeeze(1);      // [B, K]
        }

        public override void Dispose() => _cache.Dispose();
    }
}
