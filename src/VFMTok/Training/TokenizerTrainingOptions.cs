using System.Text.Json.Serialization;
using VFMTok.Foundation;
using VFMTok.Tokenizer;
using VFMTok.Training.Losses;

namespace VFMTok.Training;

/// <summary>How a tokenizer is trained (spec section 8). The defaults suit the Tiny preset; <see cref="Paper"/> gives the paper's run.</summary>
public sealed class TokenizerTrainingOptions : TrainingOptions
{
    /// <summary>Defaults of the Tiny preset: 800 steps of 16 images at a peak rate of 3e-3.</summary>
    public TokenizerTrainingOptions() : base(steps: 800, batchSize: 16, learningRate: 3e-3) { }

    /// <summary>Sizes.</summary>
    /// <value>Default <see cref="TokenizerConfig.Tiny"/>.</value>
    public TokenizerConfig Config { get; set; } = TokenizerConfig.Tiny;
    /// <summary>The frozen foundation model; must have the configuration's <see cref="TokenizerConfig.Foundation"/>.</summary>
    /// <value>Default null: the tiny model that ships with the library, for configurations made for it.</value>
    [JsonIgnore]
    public VfmFoundationModel? Foundation { get; set; }
    /// <summary>Kind of pixel loss.</summary>
    /// <value>Default L1 + MSE; the paper's code uses 2 x MSE.</value>
    public PixelLossKind PixelLoss { get; set; } = PixelLossKind.L1;
    /// <summary>Weight of the pixel loss.</summary>
    /// <value>Default 3: the features of the tiny foundation model care little for colour. The paper's is 1.</value>
    public double PixelWeight { get; set; } = 3;
    /// <summary>Safetensors file with the weights of LPIPS: VGG-16 and the linear heads, under their official names (spec 8.4).</summary>
    /// <value>Default null: no perceptual loss.</value>
    [JsonIgnore]
    public string? PerceptualWeights { get; set; }
    /// <summary>Weight of the perceptual loss, if there are weights for it.</summary>
    /// <value>Default 1, the paper's.</value>
    public double PerceptualWeight { get; set; } = 1;
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
    /// <summary>How the codebook starts and what happens to codes that nobody uses.</summary>
    /// <value>Default: k-means start and revival, which short runs need.</value>
    public CodebookOptions Codebook { get; set; } = new();
    /// <summary>Smallest crop, as a share of the shorter side.</summary>
    /// <value>Default 0.8.</value>
    public double MinimumCrop { get; set; } = 0.8;
    /// <summary>Whether half of the images are mirrored.</summary>
    /// <value>Default true.</value>
    public bool Flip { get; set; } = true;
    /// <summary>Batches of images that are read ahead of the network, as far as 1 GiB holds them.</summary>
    /// <value>Default null: 2 on a GPU, 0 on the CPU, where reading beside the network takes more than it gives.</value>
    [JsonIgnore]
    public int? ReadAhead { get; set; }
    /// <summary>Threads that read images, besides the training's own, which helps while it waits for a batch.</summary>
    /// <value>Default null: the processor's other cores, at most 16; none on the CPU for images that are in memory.</value>
    [JsonIgnore]
    public int? ReadThreads { get; set; }

    /// <summary>The paper's run (spec 8.7): 336 px, DINOv2-L, 50 epochs of ImageNet in batches of 256, Adam at a constant 1e-4 after four epochs of warm-up, averages with 0.9999,
    /// 2 x MSE + LPIPS + the DINO discriminator from update 20,000 on.</summary>
    /// <param name="foundation">DINOv2-L/14 with registers.</param>
    /// <param name="perceptualWeights">LPIPS weights; null = without the perceptual loss.</param>
    /// <param name="adversarial">The discriminator; null = without the adversarial loss.</param>
    public static TokenizerTrainingOptions Paper(VfmFoundationModel foundation, string? perceptualWeights, AdversarialOptions? adversarial) => new()
    {
        Config = TokenizerConfig.Paper, Foundation = foundation, PerceptualWeights = perceptualWeights, Adversarial = adversarial,
        Steps = 250_200, BatchSize = 256, LearningRate = 1e-4, MinimumLearningRate = 1e-4, WarmupSteps = 20_016, WarmupLearningRate = 1e-7, AverageDecay = 0.9999,
        Precision = Runtime.Precision.Auto, PixelLoss = PixelLossKind.L2, PixelWeight = 1, Codebook = new() { KMeansStart = false, RevivalEvery = 0 }, CheckpointEvery = 5000, PictureEvery = 5000, RecordEvery = 100,
    };

    /// <inheritdoc/>
    public override void Validate()
    {
        Config.Validate();
        base.Validate();
        foreach (var (name, weight) in new[] { (nameof(PixelWeight), PixelWeight), (nameof(PerceptualWeight), PerceptualWeight), (nameof(QuantizerWeight), QuantizerWeight),
                     (nameof(Commitment), Commitment), (nameof(EntropyWeight), EntropyWeight), (nameof(FeatureWeight), FeatureWeight) })
            Require(weight is >= 0 and <= 1000, name, weight, "0 to 1000");
        Adversarial?.Validate(Config.ImageSize, BatchSize / Accumulation);
        Codebook.Validate();
        Require(MinimumCrop is > 0 and <= 1, nameof(MinimumCrop), MinimumCrop, "numbers above 0 up to 1");
        if (PerceptualWeights is not null && !File.Exists(PerceptualWeights)) throw new ArgumentException($"PerceptualWeights is '{PerceptualWeights}' and there is no such file; check the path, or leave it null to train without the perceptual loss.");
        Require(ReadAhead is null or (>= 0 and <= 64), nameof(ReadAhead), ReadAhead, "0 to 64 batches, or null");
        Require(ReadThreads is null or (>= 0 and <= 256), nameof(ReadThreads), ReadThreads, "0 to 256, or null");
        if (Foundation is null ? Config.Foundation != VisionTransformerConfig.Tiny : Config.Foundation != Foundation.Config)
            throw new ArgumentException(Foundation is null
                ? "This configuration needs a pretrained foundation model and only the tiny one ships with the library; set Foundation."
                : "The foundation model has another size than the configuration's Foundation; use the configuration that belongs to it.");
    }
}
