using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using VFMTok.Training.Discriminators;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>The discriminator of a training run and its optimizer (spec 8.3 and 8.7).</summary>
internal sealed class Adversary : IDisposable
{
    private readonly AdversarialOptions _options;
    private readonly Discriminator _network;
    private readonly AdamW _optimizer;

    /// <param name="options">Validated.</param>
    /// <param name="network">The adversary's from now on.</param>
    /// <param name="device">Where it learns.</param>
    public Adversary(AdversarialOptions options, Discriminator network, Device device)
    {
        (_options, _network) = (options, network);
        _network.to(device);
        _network.train();
        _optimizer = new AdamW(_network.named_parameters().Select(p => (_network.Names.ToOfficial(p.name), p.parameter)), weightDecay: 0);
    }

    /// <summary>The adversary of a training.</summary>
    /// <param name="options">The training's, validated.</param>
    /// <param name="device">Where it learns.</param>
    /// <returns>Null if the options ask for none.</returns>
    public static Adversary? Of(TokenizerTrainingOptions options, Device device) => options.Adversarial is not { } adversarial ? null
        : new Adversary(adversarial, SeededDraws.Run(RowSeeds.Combine(options.Seed, -1), () => Discriminator.Create(adversarial, options.Config.ImageSize)), device);

    /// <summary>The discriminator.</summary>
    public Discriminator Network => _network;

    /// <summary>Live tensors that a resumed run needs.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => StateDict.Of(_network, _network.Names).Concat(_optimizer.State.Select(t => ("optimizer." + t.Name, t.Tensor)));

    /// <summary>Weight of the adversarial loss in the tokenizer's objective.</summary>
    public double Weight => _options.Weight;

    /// <summary>Whether that weight is also adapted to the pixel losses at every step.</summary>
    public bool IsAdaptive => _options.AdaptiveWeight;

    /// <summary>Whether the adversarial loss counts at this step.</summary>
    /// <param name="step">0-based.</param>
    public bool Counts(int step) => step + 1 >= _options.StartStep;

    /// <summary>What the tokenizer's objective gains, not yet weighted.</summary>
    /// <param name="reconstruction">[B, 3, S, S]</param>
    /// <param name="seed">Of this step: what the discriminator draws depends on it alone.</param>
    public Tensor GeneratorLoss(Tensor reconstruction, long seed) =>
        SeededDraws.Run(RowSeeds.Combine(seed, 0), () => AdversarialLoss.Generator(_network.call(reconstruction), _options.GeneratorLoss));

    /// <summary>Teaches the discriminator; the reconstructions' gradients stay out.</summary>
    /// <param name="parts">The parts of the batch: reconstruction and image, [B, 3, S, S] each, and the seed of what is drawn.</param>
    /// <param name="clip">Largest gradient norm.</param>
    /// <returns>The discriminator's loss, not weighted, and the norm of its gradient.</returns>
    public (double Loss, double GradientNorm) Learn(IReadOnlyList<(Tensor Reconstruction, Tensor Image, long Seed)> parts, double clip)
    {
        _optimizer.ZeroGradients(); // the tokenizer's step left some here
        double total = 0;
        foreach (var (reconstruction, image, seed) in parts)
        {
            using var scope = NewDisposeScope();
            var loss = SeededDraws.Run(RowSeeds.Combine(seed, 1), () =>
            {
                var fake = _network.call(reconstruction.detach()); // before the real one, as in the reference: running statistics and power iterations see this order
                return AdversarialLoss.Discriminator(_network.call(image), fake, _options.DiscriminatorLoss);
            });
            loss.Times(_options.Weight / parts.Count).backward();
            total += loss.item<float>() / parts.Count;
        }
        return (total, _optimizer.Step(_options.LearningRate, clip));
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _network.Dispose();
    }
}
