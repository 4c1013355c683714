using VFMTok.Generation;

namespace VFMTok.Training;

/// <summary>How a generator is trained (spec 9.7; the defaults suit the Tiny preset).</summary>
public sealed class GeneratorTrainingOptions : TrainingOptions
{
    /// <summary>Defaults of the Tiny preset: 1000 steps of 48 images at a peak rate of 2e-3.</summary>
    public GeneratorTrainingOptions() : base(steps: 1000, batchSize: 48, learningRate: 2e-3) { }

    /// <summary>Sizes. Token grid, codebook size and class count are taken from the data.</summary>
    /// <value>Default <see cref="GeneratorConfig.Tiny"/>.</value>
    public GeneratorConfig Config { get; set; } = GeneratorConfig.Tiny;
    /// <summary>Decay of the weights, on tensors of two and more dimensions only.</summary>
    /// <value>Default 0.05.</value>
    public double WeightDecay { get; set; } = 0.05;
    /// <summary>Chance that a label is replaced by "no class", which makes guidance possible.</summary>
    /// <value>Default 0.1.</value>
    public double ClassDropout { get; set; } = 0.1;

    /// <summary>The paper's run of GPT-B (spec 9.7): 300 epochs of ImageNet in batches of 512, AdamW at a constant 1e-4 without warm-up, averages with 0.9999.</summary>
    public static GeneratorTrainingOptions Paper() => new()
    {
        Config = GeneratorConfig.B, Steps = 750_600, BatchSize = 512, LearningRate = 1e-4, MinimumLearningRate = 1e-4, WarmupSteps = 0, AverageDecay = 0.9999,
        Precision = Runtime.Precision.Auto, CheckpointEvery = 5000, RecordEvery = 100,
    };

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(ClassDropout is >= 0 and < 1, nameof(ClassDropout), ClassDropout, "0 up to but not 1");
        Require(WeightDecay is >= 0 and <= 10, nameof(WeightDecay), WeightDecay, "0 to 10");
    }
}
