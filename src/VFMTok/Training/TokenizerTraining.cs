using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Imaging;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>One run of a tokenizer: its network, optimizers, losses and data (spec 8.7 for the order of a step).</summary>
internal sealed class TokenizerTraining : ITrainable, IDisposable
{
    private const int KMeansVectors = 16384, KMeansRounds = 10, PicturePairs = 32;

    private readonly TokenizerTrainingOptions _options;
    private readonly VfmTokenizer _network;
    private readonly ITrainingImages _images;
    private readonly TrainingBatches _batches;
    private readonly Device _device;
    private readonly AdamW _optimizer;
    private readonly Adversary? _adversary;
    private readonly LearnedPerceptualLoss? _perceptual;
    private readonly TokenizerObjective _objective;
    private readonly CodebookHealth _health;
    private readonly ScalarType _type;
    private readonly DisposeScope _scope = NewDisposeScope();

    /// <param name="options">Validated.</param>
    /// <param name="network">On its device, foundation filled; the caller's.</param>
    /// <param name="images">At least one.</param>
    /// <param name="batches">Of these images; the caller's.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="perceptual">LPIPS with its weights; null = without the perceptual loss. The training's from now on.</param>
    /// <param name="adversary">The discriminator; null = without the adversarial loss. The training's from now on.</param>
    public TokenizerTraining(TokenizerTrainingOptions options, VfmTokenizer network, ITrainingImages images, TrainingBatches batches, Device device, LearnedPerceptualLoss? perceptual, Adversary? adversary)
    {
        (_options, _network, _images, _batches, _device) = (options, network, images, batches, device);
        network.train();
        network.Foundation.eval();
        IFreezable.Freeze(network.Foundation); // in bfloat16 its weights are cast once, not at every step
        _type = MixedPrecision.TypeOf(options.Precision, device);
        _optimizer = new AdamW(network.named_parameters().Where(p => p.parameter.requires_grad).Select(p => (VfmTokenizer.Names.ToOfficial(p.name), p.parameter)), weightDecay: 0, options.AverageDecay);
        (_perceptual, _adversary) = (perceptual, adversary);
        _objective = new TokenizerObjective(options, _perceptual);
        _health = new CodebookHealth(network.Quantizer, options.Codebook, options.Steps);
        Identity = RunIdentity.Of(options, ("Images", images.Fingerprint), ("Foundation", StateDict.Hash("", StateDict.Of(network.Foundation, VFMTok.Foundation.VisionTransformer.Names))),
            ("Perceptual", perceptual is null ? null : StateDict.Hash("", StateDict.Of(perceptual, LearnedPerceptualLoss.Names))), ("Discriminator", adversary?.Network.FrozenHash));
        State = [.. Collect()];
    }

    public string Phase => "tokenizer";

    public string Identity { get; }

    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    /// <summary>Starts the codebook where the encoder's first outputs are, if that is wanted.</summary>
    public void Start()
    {
        if (!_options.Codebook.KMeansStart) return;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var vectors = new List<Tensor>();
        var perBatch = (long)_options.BatchSize * _options.Config.SlotCount;
        for (var step = 0; vectors.Count * perBatch < KMeansVectors && (step == 0 || (long)step * _options.BatchSize < _images.Count); step++)
        {
            using var inner = NewDisposeScope();
            var pixels = Pixels.ToImages(_batches.Take(step), _options.BatchSize, _options.Config.ImageSize, _device);        // [B, 3, S, S]
            vectors.Add(_network.BeforeQuantization(pixels).MoveToOuterDisposeScope());                               // [B, S, E]
        }
        var all = nn.functional.normalize(cat(vectors.ToArray()).reshape(-1, _options.Config.CodeWidth), dim: 1);     // [N, E]
        _network.Quantizer.Weight.copy_(SphericalKMeans.Centres(all, _options.Config.CodebookSize, KMeansRounds, RowSeeds.Combine(_options.Seed, -3)));
        _optimizer.RestartAverage();
    }

    public StepResult Step(int step, double rate)
    {
        var bytes = _batches.Take(step);
        using var scope = NewDisposeScope();
        var (parts, size) = (_options.Accumulation, _options.BatchSize / _options.Accumulation);
        var length = bytes.Length / parts;
        return Step(step, rate, part => Pixels.ToImages(bytes.AsSpan(part * length, length), size, _options.Config.ImageSize, _device));
    }

    /// <summary>Makes a step with given images.</summary>
    /// <param name="step">0-based.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="part">Gives the images of a part of the batch: [B, 3, S, S].</param>
    internal StepResult Step(int step, double rate, Func<int, Tensor> part)
    {
        using var scope = NewDisposeScope();
        var parts = _options.Accumulation;
        var versus = _adversary is not null && _adversary.Counts(step) ? _adversary : null;
        var figures = new Dictionary<string, double>();
        var (judged, indices, vectors) = (new (Tensor Reconstruction, Tensor Image, long Seed)[parts], new Tensor[parts], new Tensor[parts]);
        double loss = 0;
        for (var i = 0; i < parts; i++)
        {
            using var inner = NewDisposeScope(); // frees the part's activations
            var seed = RowSeeds.Combine(_options.Seed, (long)step * parts + i);
            var target = part(i);                                                                   // [B, 3, S, S]
            var output = MixedPrecision.Run(_type, () => SeededDraws.Run(seed, _device, () => _network.call(target)));
            var (total, terms) = _objective.Compute(output, target, versus, _network.PixelDecoder.LastWeight, seed);
            total.Over(parts).backward();
            loss += total.item<float>() / parts;
            foreach (var (name, value) in terms) figures[name] = figures.GetValueOrDefault(name) + value.item<float>() / parts;
            judged[i] = (output.Reconstruction.detach().MoveToOuterDisposeScope(), target.MoveToOuterDisposeScope(), seed);
            (indices[i], vectors[i]) = (output.Quantized.Indices.MoveToOuterDisposeScope(), output.Quantized.Input.detach().MoveToOuterDisposeScope());
        }
        var norm = _optimizer.Step(rate, _options.GradientClip);
        if (!double.IsFinite(norm)) return new StepResult(loss, figures, norm); // nothing else may learn from what is not a number
        if (versus is not null)
        {
            (figures["discriminator"], var others) = versus.Learn(judged, _options.GradientClip);
            figures["discriminatorGradientNorm"] = others;
            if (!double.IsFinite(others)) norm = others; // a bad step of either network is a bad step
        }
        var alert = _health.Record(cat(indices), step, figures);
        if (_health.Revive(cat(vectors), step, _optimizer, RowSeeds.Combine(RowSeeds.Combine(_options.Seed, -4), step)) is > 0 and var revived) figures["revived"] = revived;
        return new StepResult(loss, figures, norm, alert);
    }

    /// <summary>Images and their reconstructions, side by side. Images that have broken meanwhile are left out.</summary>
    public RgbImage? Picture()
    {
        var size = _options.Config.ImageSize;
        var bytes = size * size * 3;
        var (rgb, count) = (new byte[Math.Min(PicturePairs, _images.Count) * bytes], 0);
        for (var i = 0; i < PicturePairs && i < _images.Count; i++)
        {
            try { _images.Read((int)((long)i * _images.Count / Math.Min(PicturePairs, _images.Count)), size, null, rgb.AsSpan(count * bytes, bytes)); }
            catch (InvalidImageException) { continue; } // the batches name it
            count++;
        }
        if (count == 0) return null;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        _network.eval();
        var decoded = new List<RgbImage>();
        foreach (var chunk in Enumerable.Range(0, count).Chunk(Math.Max(1, _options.BatchSize / _options.Accumulation)))
        {
            using var inner = NewDisposeScope();
            var images = Pixels.ToImages(rgb.AsSpan(chunk[0] * bytes, chunk.Length * bytes), chunk.Length, size, _device);
            var back = VfmTokenizer.ToBytes(_network.Decode(_network.Encode(images)), size).permute(0, 2, 3, 1).cpu().contiguous().bytes;
            for (var i = 0; i < chunk.Length; i++) decoded.Add(new RgbImage(size, size, back.Slice(i * bytes, bytes).ToArray()));
        }
        _network.train();
        _network.Foundation.eval();
        var pairs = decoded.SelectMany((d, i) => new[] { new RgbImage(size, size, rgb.AsSpan(i * bytes, bytes).ToArray()), d });
        return ImageGrid.Compose([.. pairs.Chunk(8)], [], size <= 64 ? 2 : 1, groupColumns: 2);
    }

    public void UseAverage() => _optimizer.UseAverage();

    public void Dispose()
    {
        _adversary?.Dispose();
        _perceptual?.Dispose();
        _optimizer.Dispose();
        _scope.Dispose();
    }

    // The frozen foundation model is not part of the state: its hash is part of the identity.
    private IEnumerable<(string Name, Tensor Tensor)> Collect()
    {
        foreach (var (name, tensor) in _network.state_dict().Where(t => !t.Key.StartsWith("_foundation.", StringComparison.Ordinal))) yield return ("model." + VfmTokenizer.Names.ToOfficial(name), tensor);
        foreach (var (name, tensor) in _optimizer.State) yield return ("optimizer." + name, tensor);
        if (_adversary is null) yield break;
        foreach (var (name, tensor) in _adversary.State) yield return ("discriminator." + name, tensor);
    }
}
