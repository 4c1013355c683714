using VFMTok.Generation;

namespace VFMTok.Training;

/// <summary>How a generator is trained (spec 9.7; the defaults suit the Tiny preset).</summary>
public sealed class GeneratorTrainingOptions : TrainingOptions
{
    /// <summary>Defaults of the Tiny preset: 800 steps of 48 images at a peak rate of 2e-3.</summary>
    public GeneratorTrainingOptions() : base(steps: 800, batchSize: 48, learningRate: 2e-3) { }

    /// <summary>Sizes. Token grid, codebook size and class count are taken from the data.</summary>
    /// <value>Default <see cref="GeneratorConfig.Tiny"/>.</value>
    public GeneratorConfig Config { get; set; } = GeneratorConfig.Tiny;
    /// <summary>Decay of the weights, on tensors of two and more dimensions only.</summary>
    /// <value>Default 0.05.</value>
    public double WeightDecay { get; set; } = 0.05;
    /// <summary>Chance that a label is replaced by "no class", which makes guidance possible.</summary>
    /// <value>Default 0.1.</value>
    public double ClassDropout { get; set; } = 0.1;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(ClassDropout is >= 0 and < 1, nameof(ClassDropout), ClassDropout, "0 up to but not 1");
        Require(WeightDecay is >= 0 and <= 10, nameof(WeightDecay), WeightDecay, "0 to 10");
    }
}
