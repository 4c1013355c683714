using System.Text.Json.Serialization;
using VFMTok.Generation;

namespace VFMTok.Training;

/// <summary>How a generator is trained (spec 9.7; the defaults suit the Tiny preset).</summary>
public sealed class GeneratorTrainingOptions : TrainingOptions
{
    /// <summary>Defaults of the Tiny preset: 2000 steps of 48 images at a peak rate of 2e-3, in bfloat16 where the hardware has it.</summary>
    public GeneratorTrainingOptions() : base(steps: 2000, batchSize: 48, learningRate: 2e-3) => Precision = Runtime.Precision.Auto;

    /// <summary>Sizes. Token grid, codebook size and class count are taken from the data.</summary>
    /// <value>Default <see cref="GeneratorConfig.Tiny"/>.</value>
    public GeneratorConfig Config { get; set; } = GeneratorConfig.Tiny;
    /// <summary>Decay of the weights, on tensors of two and more dimensions only; with random order not on embeddings.</summary>
    /// <value>Default 0.05.</value>
    public double WeightDecay { get; set; } = 0.05;
    /// <summary>Chance that a label is replaced by "no class", which makes guidance possible.</summary>
    /// <value>Default 0.1.</value>
    public double ClassDropout { get; set; } = 0.1;

    /// <summary>Share of the images that are held out (at most 1024 images): their loss, without dropouts, is recorded as <c>validation</c>.</summary>
    /// <value>Default 0.02; 0 = none.</value>
    public double ValidationShare { get; set; } = 0.02;
    /// <summary>Steps from one validation to the next.</summary>
    /// <value>Default 100.</value>
    [JsonIgnore]
    public int ValidateEvery { get; set; } = 100;

    /// <summary>Random-order training: until this step every image's codes are learned in a random order (spec 11). Architectures of raster order do not ask.</summary>
    /// <value>Default null: half of the steps.</value>
    public int? RandomOrderUntil { get; set; }
    /// <summary>Random-order training: from this step on codes are learned in raster order; between the two the chance of a random order falls linearly.</summary>
    /// <value>Default null: three quarters of the steps.</value>
    public int? RasterOrderFrom { get; set; }

    /// <summary>The paper's run of GPT-B (spec 9.7): 300 epochs of ImageNet in batches of 512, AdamW at a constant 1e-4 without warm-up, averages with 0.9999.</summary>
    public static GeneratorTrainingOptions Paper() => new()
    {
        Config = GeneratorConfig.B, Steps = 750_600, BatchSize = 512, LearningRate = 1e-4, MinimumLearningRate = 1e-4, WarmupSteps = 0, AverageDecay = 0.9999,
        CheckpointEvery = 5000, RecordEvery = 100,
    };

    /// <summary>The paper's run of RAR-L (spec 11): 400 epochs of ImageNet in batches of 2048 images of two ranks each, AdamW at 4e-4 falling to 1e-5 after a quarter of the run as warm-up, no average;
    /// in parts of 32 images, as one of the paper's GPUs takes them.</summary>
    public static GeneratorTrainingOptions PaperRandomOrder() => new()
    {
        Config = GeneratorConfig.RarL, Steps = 250_000, BatchSize = 2048, Accumulation = 64, LearningRate = 4e-4, MinimumLearningRate = 1e-5, WarmupSteps = 62_500, WeightDecay = 0.03, ClassDropout = 0.1,
        RandomOrderUntil = 125_000, RasterOrderFrom = 187_500, Precision = Runtime.Precision.Auto, Seed = 43, CheckpointEvery = 5000, RecordEvery = 100,
    };

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(ClassDropout is >= 0 and < 1, nameof(ClassDropout), ClassDropout, "0 up to but not 1");
        Require(WeightDecay is >= 0 and <= 10, nameof(WeightDecay), WeightDecay, "0 to 10");
        Require(ValidationShare is >= 0 and <= 0.5, nameof(ValidationShare), ValidationShare, "0 to 0.5");
        Require(ValidateEvery >= 1, nameof(ValidateEvery), ValidateEvery, "positive numbers");
        var (until, from) = Annealing;
        Require(until >= 0 && until <= from, nameof(RandomOrderUntil), RandomOrderUntil, $"0 up to {nameof(RasterOrderFrom)}, which is {from}");
    }

    /// <summary>Chance that an image's codes are learned in a random order.</summary>
    /// <param name="step">0-based.</param>
    internal double RandomOrderAt(int step)
    {
        var (until, from) = Annealing;
        return step < until ? 1 : step >= from ? 0 : 1 - (step - until) / (double)(from - until);
    }

    private (int Until, int From) Annealing => (RandomOrderUntil ?? Math.Min(Steps / 2, RasterOrderFrom ?? int.MaxValue), RasterOrderFrom ?? Math.Max((int)(3L * Steps / 4), RandomOrderUntil ?? 0));
}
