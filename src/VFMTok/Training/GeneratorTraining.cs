using TorchSharp;
using VFMTok.Generation;
using VFMTok.Imaging;
using VFMTok.Runtime;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>One run of a generator: its network, optimizer and data (spec 9.5 and 9.7).</summary>
internal sealed class GeneratorTraining : ITrainable, IDisposable
{
    private readonly GeneratorTrainingOptions _options;
    private readonly AutoregressiveTransformer _network;
    private readonly EpochOrder _order;
    private readonly Device _device;
    private readonly AdamW _optimizer;
    private readonly Tensor _codes, _labels;
    private readonly ScalarType _type;
    private readonly DisposeScope _scope = NewDisposeScope();

    /// <param name="options">Validated.</param>
    /// <param name="network">On its device; the caller's.</param>
    /// <param name="data">Checked.</param>
    /// <param name="device">Where it runs.</param>
    public GeneratorTraining(GeneratorTrainingOptions options, AutoregressiveTransformer network, TokenizedImages data, Device device)
    {
        (_options, _network, _device) = (options, network, device);
        network.train();
        _codes = Pixels.ToIndices(data.Tokens, [data.Labels.Length, network.Config.TokenCount], device);                    // [M, N]
        _labels = Pixels.ToIndices(data.Labels, [data.Labels.Length], device);                                              // [M]
        _order = new EpochOrder(data.Labels.Length, options.BatchSize, options.Seed);
        _type = MixedPrecision.TypeOf(options.Precision, device);
        _optimizer = new AdamW(network.named_parameters().Select(p => (AutoregressiveTransformer.Names.ToOfficial(p.name), p.parameter)), options.WeightDecay, options.AverageDecay);
        Identity = RunIdentity.Of(options, ("Tokens", Checkpoints.StateDict.Hash(string.Join('\n', data.ClassNames), [("tokens", _codes), ("labels", _labels)])), ("Tokenizer", data.TokenizerHash));
        State = [.. network.state_dict().Select(t => ("model." + AutoregressiveTransformer.Names.ToOfficial(t.Key), t.Value)), .. _optimizer.State.Select(t => ("optimizer." + t.Name, t.Tensor))];
    }

    public string Phase => "generator";

    public string Identity { get; }

    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    public void Start() { } // the start values are all that there is

    public StepResult Step(int step, double rate)
    {
        using var scope = NewDisposeScope();
        var (parts, size) = (_options.Accumulation, _options.BatchSize / _options.Accumulation);
        var items = _order.Batch(step);
        double loss = 0;
        _optimizer.ZeroGradients();
        for (var part = 0; part < parts; part++)
        {
            using var inner = NewDisposeScope();
            var chosen = Pixels.ToIndices(items.AsSpan(part * size, size), [size], _device);                               // [B]
            var (codes, labels) = (_codes.index_select(0, chosen), _labels.index_select(0, chosen));                       // [B, N], [B]
            var logits = MixedPrecision.Run(_type, () => SeededDraws.Run(RowSeeds.Combine(_options.Seed, (long)step * parts + part), _device, () =>
            {
                var unlabelled = SeededDraws.Uniform(_device, size).Below(_options.ClassDropout);                          // [B]
                return _network.call(where(unlabelled, ScalarArithmetic.FullLike(labels, _network.Config.NullClass), labels), codes.narrow(1, 0, _network.Config.TokenCount - 1)); // [B, N, K]
            }));
            var objective = TokenCrossEntropy.Compute(logits, codes);
            objective.Over(parts).backward();
            loss += objective.item<float>() / parts;
        }
        var norm = _optimizer.StepWithOwnScalars(rate, _options.GradientClip);
        return new StepResult(loss, new Dictionary<string, double> { ["perplexity"] = Math.Exp(loss) }, norm);
    }

    public RgbImage? Picture() => null; // tokens have no picture without their tokenizer

    public void UseAverage() => _optimizer.UseAverage();

    public void Dispose()
    {
        _optimizer.Dispose();
        _scope.Dispose();
    }
}
