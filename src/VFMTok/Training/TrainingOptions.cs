using System.Text.Json.Serialization;
using VFMTok.Runtime;

namespace VFMTok.Training;

/// <summary>What the training of every network has in common: steps, optimization, and the folder of the run.</summary>
public abstract class TrainingOptions
{
    private protected TrainingOptions(int steps, int batchSize, double learningRate) => (Steps, BatchSize, LearningRate) = (steps, batchSize, learningRate);

    /// <summary>Updates of the weights.</summary>
    public int Steps { get; set; }

    /// <summary>Images of one update.</summary>
    public int BatchSize { get; set; }

    /// <summary>Parts that a batch is cut into, run one after the other and added up: less memory, the same update but for the order of sums (and for layers that see a whole batch).</summary>
    /// <value>Default 1. Must divide <see cref="BatchSize"/>.</value>
    public int Accumulation { get; set; } = 1;

    /// <summary>Peak learning rate.</summary>
    public double LearningRate { get; set; }

    /// <summary>Learning rate at the end of the cosine.</summary>
    /// <value>Default null: a hundredth of <see cref="LearningRate"/>. The paper's code sets it to the peak: a constant rate.</value>
    public double? MinimumLearningRate { get; set; }

    /// <summary>Steps in which the rate rises to its peak.</summary>
    /// <value>Default null: a twentieth of <see cref="Steps"/>.</value>
    public int? WarmupSteps { get; set; }

    /// <summary>Learning rate that the warm-up starts from.</summary>
    /// <value>Default 0; the paper's is 1e-7.</value>
    public double WarmupLearningRate { get; set; }

    /// <summary>Largest norm of all gradients of a network together.</summary>
    /// <value>Default 1.</value>
    public double GradientClip { get; set; } = 1;

    /// <summary>Decay of the moving average of the weights; a finished run hands out the average.</summary>
    /// <value>Default 0: no average. The paper's is 0.9999, for runs of 100,000 steps and more.</value>
    public double AverageDecay { get; set; }

    /// <summary>What the networks compute in. Weights, moments and losses are float32 in any case.</summary>
    /// <value>Default <see cref="Precision.Float32"/>; of generators <see cref="Precision.Auto"/>.</value>
    public Precision Precision { get; set; } = Precision.Float32;

    /// <summary>Seed of weights, order, augmentation and dropouts.</summary>
    /// <value>Default 1.</value>
    public long Seed { get; set; } = 1;

    /// <summary>Where the run keeps its checkpoints, metrics, pictures and report, and the model: <c>tokenizer.safetensors</c> or <c>generator.safetensors</c>, also of a run that was cancelled.
    /// A run that finds its own checkpoint there goes on from it.</summary>
    /// <value>Default null: nothing is written, and a run that is cut off is lost.</value>
    [JsonIgnore]
    public string? Folder { get; set; }

    /// <summary>Steps from one checkpoint to the next. One is also written at the end and when the run is cancelled.</summary>
    /// <value>Default 500.</value>
    [JsonIgnore]
    public int CheckpointEvery { get; set; } = 500;

    /// <summary>Checkpoints that are kept; older ones are deleted when a newer one is safely on disk.</summary>
    /// <value>Default 2.</value>
    [JsonIgnore]
    public int KeepCheckpoints { get; set; } = 2;

    /// <summary>Steps from one record of the metrics to the next.</summary>
    /// <value>Default 10.</value>
    [JsonIgnore]
    public int RecordEvery { get; set; } = 10;

    /// <summary>Steps from one picture to the next.</summary>
    /// <value>Default 500; 0 = none.</value>
    [JsonIgnore]
    public int PictureEvery { get; set; } = 500;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public virtual void Validate()
    {
        Require(Steps is >= 1 and <= 100_000_000, nameof(Steps), Steps, "1 to 100,000,000");
        Require(BatchSize is >= 1 and <= 65536, nameof(BatchSize), BatchSize, "1 to 65536");
        Require(Accumulation >= 1 && BatchSize % Accumulation == 0, nameof(Accumulation), Accumulation, $"numbers that divide the batch size {BatchSize}");
        Require(LearningRate is > 0 and <= 1, nameof(LearningRate), LearningRate, "numbers above 0 up to 1");
        Require(MinimumLearningRate is null or >= 0 && !(MinimumLearningRate > LearningRate), nameof(MinimumLearningRate), MinimumLearningRate, $"0 up to the learning rate {LearningRate}");
        Require(WarmupSteps is null or >= 0 && !(WarmupSteps > Steps), nameof(WarmupSteps), WarmupSteps, $"0 up to the {Steps} steps of the run");
        Require(WarmupLearningRate >= 0 && WarmupLearningRate <= LearningRate, nameof(WarmupLearningRate), WarmupLearningRate, $"0 up to the learning rate {LearningRate}");
        Require(GradientClip > 0, nameof(GradientClip), GradientClip, "positive numbers");
        Require(AverageDecay is >= 0 and < 1, nameof(AverageDecay), AverageDecay, "0 up to but not 1");
        Require(Enum.IsDefined(Precision), nameof(Precision), Precision, string.Join(", ", Enum.GetNames<Precision>()));
        Require(CheckpointEvery >= 1, nameof(CheckpointEvery), CheckpointEvery, "positive numbers");
        Require(KeepCheckpoints >= 1, nameof(KeepCheckpoints), KeepCheckpoints, "positive numbers");
        Require(RecordEvery >= 1, nameof(RecordEvery), RecordEvery, "positive numbers");
        Require(PictureEvery >= 0, nameof(PictureEvery), PictureEvery, "0 and positive numbers");
    }

    /// <summary>The learning rate over the run.</summary>
    internal CosineSchedule Schedule()
    {
        var warmup = WarmupSteps ?? Math.Max(1, Steps / 20);
        return new CosineSchedule(LearningRate, MinimumLearningRate ?? 0.01 * LearningRate, warmup, WarmupLearningRate, Math.Max(1, Steps - warmup));
    }

    private protected static void Require(bool fits, string name, object? value, string allowed)
    {
        if (!fits) throw new ArgumentException(FormattableString.Invariant($"{name} is {value}; allowed are {allowed}."));
    }
}
