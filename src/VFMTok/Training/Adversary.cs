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
    private readonly PatchDiscriminator _network;
    private readonly NameMap _names;
    private readonly AdamW _optimizer;

    public Adversary(AdversarialOptions options, long seed, Device device)
    {
        _options = options;
        _network = SeededDraws.Run(seed, () => new PatchDiscriminator(options.Width, options.Depth));
        _network.to(device);
        _network.train();
        _names = PatchDiscriminator.Names(options.Depth);
        _optimizer = new AdamW(_network.named_parameters().Select(p => (_names.ToOfficial(p.name), p.parameter)), weightDecay: 0);
    }

    /// <summary>Live tensors that a resumed run needs.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => StateDict.Of(_network, _names).Concat(_optimizer.State.Select(t => ("optimizer." + t.Name, t.Tensor)));

    /// <summary>Whether the adversarial loss counts at this step.</summary>
    /// <param name="step">0-based.</param>
    public bool Counts(int step) => step + 1 >= _options.StartStep;

    /// <summary>What the tokenizer's objective gains.</summary>
    /// <param name="reconstruction">[B, 3, S, S]</param>
    public Tensor GeneratorLoss(Tensor reconstruction) => AdversarialLoss.Generator(_network.call(reconstruction), _options.GeneratorLoss).Times(_options.Weight);

    /// <summary>Teaches the discriminator; the reconstruction's gradient stays out.</summary>
    /// <param name="reconstruction">[B, 3, S, S]</param>
    /// <param name="images">[B, 3, S, S]</param>
    /// <param name="clip">Largest gradient norm.</param>
    /// <returns>The discriminator's loss.</returns>
    public Tensor Learn(Tensor reconstruction, Tensor images, double clip)
    {
        _optimizer.ZeroGradients(); // the tokenizer's step left some here
        var fake = _network.call(reconstruction.detach()); // before the real one, as in the reference: the norms' running statistics see this order
        var loss = AdversarialLoss.Discriminator(_network.call(images), fake, _options.DiscriminatorLoss);
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
