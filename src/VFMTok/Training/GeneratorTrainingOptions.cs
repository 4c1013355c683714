using VFMTok.Generation;

namespace VFMTok.Training;

/// <summary>How a generator is trained (spec 9.7; the defaults suit the Tiny preset).</summary>
public sealed class GeneratorTrainingOptions
{
    /// <summary>Sizes. Token grid, codebook size and class count are taken from the data.</summary>
    /// <value>Default <see cref="GeneratorConfig.Tiny"/>.</value>
    public GeneratorConfig Config { get; set; } = GeneratorConfig.Tiny;
    /// <summary>Steps.</summary>
    /// <value>Default 800.</value>
    public int Steps { get; set; } = 800;
    /// <summary>Images per step.</summary>
    /// <value>Default 48.</value>
    public int BatchSize { get; set; } = 48;
    /// <summary>Peak learning rate.</summary>
    /// <value>Default 2e-3.</value>
    public double LearningRate { get; set; } = 2e-3;
    /// <summary>Decay of the weights, on tensors of two and more dimensions only.</summary>
    /// <value>Default 0.05.</value>
    public double WeightDecay { get; set; } = 0.05;
    /// <summary>Chance that a label is replaced by "no class", which makes guidance possible.</summary>
    /// <value>Default 0.1.</value>
    public double ClassDropout { get; set; } = 0.1;
    /// <summary>Largest gradient norm.</summary>
    /// <value>Default 1.</value>
    public double GradientClip { get; set; } = 1;
    /// <summary>Seed of weights, order and dropouts.</summary>
    /// <value>Default 1.</value>
    public long Seed { get; set; } = 1;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        TrainingRanges.Require(Steps, BatchSize, LearningRate, GradientClip);
        if (ClassDropout is < 0 or >= 1) throw new ArgumentException($"ClassDropout is {ClassDropout}; allowed are 0 up to but not 1.");
        if (WeightDecay is < 0 or > 10) throw new ArgumentException($"WeightDecay is {WeightDecay}; allowed are 0 to 10.");
    }
}
