using TorchSharp;
using VFMTok.Generation;
using VFMTok.Imaging;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using VFMTok.Training.Losses;
using VFMTok.Training.Reporting;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>One run of a generator: its network, optimizer and data (spec 9.5, 9.7 and 11).</summary>
internal sealed class GeneratorTraining : ITrainable, IDisposable
{
    private readonly GeneratorTrainingOptions _options;
    private readonly GeneratorNetwork _network;
    private readonly TokenBatches _batches;
    private readonly Device _device;
    private readonly AdamW _optimizer;
    private readonly ScalarType _type;
    private readonly VfmTokenizerModel? _tokenizer;
    private readonly DisposeScope _scope = NewDisposeScope();

    /// <param name="options">Validated.</param>
    /// <param name="network">On its device; the caller's.</param>
    /// <param name="data">At least one image, of the network's token grid, codebook and classes.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="tokenizer">Turns samples into pictures; null = no pictures. The caller's.</param>
    public GeneratorTraining(GeneratorTrainingOptions options, GeneratorNetwork network, ITokenizedImages data, Device device, VfmTokenizerModel? tokenizer)
    {
        (_options, _network, _device, _tokenizer) = (options, network, device, tokenizer);
        network.train();
        _batches = new TokenBatches(data, options.BatchSize, options.ValidationShare, options.Seed, device);
        _type = MixedPrecision.TypeOf(options.Precision, device);
        _optimizer = new AdamW(network.named_parameters().Select(p => (network.OfficialNames.ToOfficial(p.name), p.parameter)), options.WeightDecay, options.AverageDecay, network.Decays, network.Beta2);
        Identity = RunIdentity.Of(options, ("Tokens", data.Fingerprint), ("Tokenizer", data.TokenizerHash));
        State = [.. network.state_dict().Select(t => ("model." + network.OfficialNames.ToOfficial(t.Key), t.Value)), .. _optimizer.State.Select(t => ("optimizer." + t.Name, t.Tensor))];
    }

    public string Phase => "generator";

    public string Identity { get; }

    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    public void Start() { } // the start values are all that there is

    public StepResult Step(int step, double rate)
    {
        using var scope = NewDisposeScope();
        var (parts, size) = (_options.Accumulation, _options.BatchSize / _options.Accumulation);
        double loss = 0;
        for (var part = 0; part < parts; part++)
        {
            using var inner = NewDisposeScope();
            var (codes, labels) = _batches.Take(step, part, size);                                                          // [B, N], [B]
            var objective = Loss(codes, labels, step, (long)step * parts + part);
            objective.Over(parts).backward();
            loss += objective.item<float>() / parts;
        }
        var norm = _optimizer.Step(rate, _options.GradientClip);
        var figures = new Dictionary<string, double> { ["perplexity"] = Math.Exp(loss) };
        var validation = (step + 1) % _options.ValidateEvery == 0 || step + 1 == _options.Steps ? Validate() : null;
        if (validation is { } heldOut) figures["validation"] = heldOut;
        return new StepResult(loss, figures, norm, IsNotable: validation is not null);
    }

    /// <summary>Mean cross-entropy of the held-out images without dropouts, in nats; null if none are held out.</summary>
    internal double? Validate()
    {
        if (_batches.HeldOut == 0) return null;
        using var noGradient = no_grad();
        _network.eval();
        double sum = 0;
        foreach (var chunk in Enumerable.Range(0, _batches.HeldOut).Chunk(_options.BatchSize / _options.Accumulation))
        {
            using var scope = NewDisposeScope();
            var (codes, labels) = _batches.TakeHeldOut(chunk[0], chunk.Length);
            var (logits, targets) = MixedPrecision.Run(_type, () => _network.Predict(labels, codes, 0));
            sum += TokenCrossEntropy.Compute(logits, targets).item<float>() * chunk.Length;
        }
        _network.train();
        return sum / _batches.HeldOut;
    }

    /// <summary>A row of samples of each class.</summary>
    public RgbImage? Picture()
    {
        if (_tokenizer is null) return null;
        _network.eval();
        var picture = SampleSheet.Draw(_network, _tokenizer, _device);
        _network.train();
        return picture;
    }

    public void UseAverage() => _optimizer.UseAverage();

    public void Dispose()
    {
        _optimizer.Dispose();
        _scope.Dispose();
    }

    private Tensor Loss(Tensor codes, Tensor labels, int step, long seed)
    {
        var (logits, targets) = MixedPrecision.Run(_type, () => SeededDraws.Run(RowSeeds.Combine(_options.Seed, seed), _device, () =>
        {
            var unlabelled = SeededDraws.Uniform(_device, labels.shape[0]).Below(_options.ClassDropout);                   // [B]
            var classes = where(unlabelled, ScalarArithmetic.FullLike(labels, _network.Config.NullClass), labels);
            return _network.Predict(classes, codes, _options.RandomOrderAt(step));                                         // [B, N, K], [B, N]
        }));
        return TokenCrossEntropy.Compute(logits, targets);
    }
}
