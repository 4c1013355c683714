using VFMTok.Foundation;
using VFMTok.Tokenizer;
using VFMTok.Training.Losses;

namespace VFMTok.Training;

/// <summary>How a tokenizer is trained (spec section 8; the defaults suit the Tiny preset).</summary>
public sealed class TokenizerTrainingOptions
{
    /// <summary>Sizes.</summary>
    /// <value>Default <see cref="TokenizerConfig.Tiny"/>.</value>
    public TokenizerConfig Config { get; set; } = TokenizerConfig.Tiny;
    /// <summary>The frozen foundation model; must have the configuration's <see cref="TokenizerConfig.Foundation"/>.</summary>
    /// <value>Default null: the tiny model that ships with the library, for configurations made for it.</value>
    public VfmFoundationModel? Foundation { get; set; }
    /// <summary>Steps.</summary>
    /// <value>Default 700.</value>
    public int Steps { get; set; } = 700;
    /// <summary>Images per step.</summary>
    /// <value>Default 16.</value>
    public int BatchSize { get; set; } = 16;
    /// <summary>Peak learning rate.</summary>
    /// <value>Default 2e-3.</value>
    public double LearningRate { get; set; } = 2e-3;
    /// <summary>Largest gradient norm.</summary>
    /// <value>Default 1.</value>
    public double GradientClip { get; set; } = 1;
    /// <summary>Kind of pixel loss.</summary>
    /// <value>Default L1 + MSE; the paper's code uses 2 x MSE.</value>
    public PixelLossKind PixelLoss { get; set; } = PixelLossKind.L1;
    /// <summary>Weight of the pixel loss.</summary>
    /// <value>Default 1.</value>
    public double PixelWeight { get; set; } = 1;
    /// <summary>Weight of the codebook and commitment losses together.</summary>
    /// <value>Default 1.</value>
    public double QuantizerWeight { get; set; } = 1;
    /// <summary>Weight of the commitment loss within them.</summary>
    /// <value>Default 0.25.</value>
    public double Commitment { get; set; } = 0.25;
    /// <summary>Weight of the entropy loss.</summary>
    /// <value>Default 0: off, as in the paper.</value>
    public double EntropyWeight { get; set; }
    /// <summary>Weight of the feature reconstruction loss, the paper's semantic objective.</summary>
    /// <value>Default 1.</value>
    public double FeatureWeight { get; set; } = 1;
    /// <summary>The adversarial loss.</summary>
    /// <value>Default null: off. The paper switches it on after 20,000 steps.</value>
    public AdversarialOptions? Adversarial { get; set; }
    /// <summary>Smallest crop, as a share of the shorter side.</summary>
    /// <value>Default 0.8.</value>
    public double MinimumCrop { get; set; } = 0.8;
    /// <summary>Whether half of the images are mirrored.</summary>
    /// <value>Default true.</value>
    public bool Flip { get; set; } = true;
    /// <summary>Batches of images that are read ahead of the network, as far as 1 GiB holds them.</summary>
    /// <value>Default null: 2 on a GPU, 0 on the CPU, where reading beside the network takes more than it gives.</value>
    public int? ReadAhead { get; set; }
    /// <summary>Threads that read images, besides the training's own, which helps while it waits for a batch.</summary>
    /// <value>Default null: the processor's other cores, at most 16; none on the CPU for images that are in memory.</value>
    public int? ReadThreads { get; set; }
    /// <summary>Seed of weights, order and augmentation.</summary>
    /// <value>Default 1.</value>
    public long Seed { get; set; } = 1;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Config.Validate();
        TrainingRanges.Require(Steps, BatchSize, LearningRate, GradientClip);
        foreach (var (name, weight) in new[] { (nameof(PixelWeight), PixelWeight), (nameof(QuantizerWeight), QuantizerWeight), (nameof(Commitment), Commitment),
                     (nameof(EntropyWeight), EntropyWeight), (nameof(FeatureWeight), FeatureWeight) })
            if (weight is < 0 or > 1000 || double.IsNaN(weight)) throw new ArgumentException($"{name} is {weight}; allowed are 0 to 1000.");
        Adversarial?.Validate(Config.ImageSize);
        if (!(MinimumCrop is > 0 and <= 1)) throw new ArgumentException($"MinimumCrop is {MinimumCrop}; allowed are numbers above 0 up to 1.");
        if (ReadAhead is < 0 or > 64) throw new ArgumentException($"ReadAhead is {ReadAhead}; allowed are 0 to 64 batches, or null.");
        if (ReadThreads is < 0 or > 256) throw new ArgumentException($"ReadThreads is {ReadThreads}; allowed are 0 to 256, or null.");
        if (Foundation is null ? Config.Foundation != VisionTransformerConfig.Tiny : Config.Foundation != Foundation.Config)
            throw new ArgumentException(Foundation is null
                ? "This configuration needs a pretrained foundation model and only the tiny one ships with the library; set Foundation."
                : "The foundation model has another size than the configuration's Foundation; use the configuration that belongs to it.");
    }
}
