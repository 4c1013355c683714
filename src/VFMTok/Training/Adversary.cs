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
    /// <param name="imageSize">Side of the training images, pixels.</param>
    /// <param name="seed">Of the start values.</param>
    /// <param name="device">Where it learns.</param>
    public Adversary(AdversarialOptions options, int imageSize, long seed, Device device)
    {
        _options = options;
        _network = SeededDraws.Run(seed, () => Discriminator.Create(options, imageSize));
        _network.to(device);
        _network.train();
        _optimizer = new AdamW(_network.parameters(), weightDecay: 0);
    }

    /// <summary>The discriminator; its parameters and buffers belong into a checkpoint.</summary>
    public nn.Module Network => _network;

    /// <summary>Official names of its parameters and buffers.</summary>
    public NameMap Names => _network.Names;

    /// <summary>Weight of the adversarial loss in the tokenizer's objective.</summary>
    public double Weight => _options.Weight;

    /// <summary>Whether the adversarial loss counts at this step.</summary>
    /// <param name="step">0-based.</param>
    public bool Counts(int step) => step + 1 >= _options.StartStep;

    /// <summary>What the tokenizer's objective gains, not yet weighted.</summary>
    /// <param name="reconstruction">[B, 3, S, S]</param>
    /// <param name="seed">Of this step: what the discriminator draws depends on it alone.</param>
    public Tensor GeneratorLoss(Tensor reconstruction, long seed) =>
        SeededDraws.Run(RowSeeds.Combine(seed, 0), () => AdversarialLoss.Generator(_network.call(reconstruction), _options.GeneratorLoss));

    /// <summary>Teaches the discriminator; the reconstruction's gradient stays out.</summary>
    /// <param name="reconstruction">[B, 3, S, S]</param>
    /// <param name="images">[B, 3, S, S]</param>
    /// <param name="clip">Largest gradient norm.</param>
    /// <param name="seed">Of this step.</param>
    /// <returns>The discriminator's loss.</returns>
    public Tensor Learn(Tensor reconstruction, Tensor images, double clip, long seed)
    {
        _optimizer.ZeroGradients(); // the tokenizer's step left some here
        var loss = SeededDraws.Run(RowSeeds.Combine(seed, 1), () =>
        {
            var fake = _network.call(reconstruction.detach()); // before the real one, as in the reference: running statistics and power iterations see this order
            return AdversarialLoss.Discriminator(_network.call(images), fake, _options.DiscriminatorLoss);
        });
        loss.Times(_options.Weight).backward();
        _optimizer.StepWithOwnScalars(_options.LearningRate, clip);
        return loss.detach();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _network.Dispose();
    }
}
