using VFMTok.Training.Discriminators;
using VFMTok.Training.Losses;

namespace VFMTok.Training;

/// <summary>A discriminator that learns beside the tokenizer and makes its pictures crisper (paper section 3.3; spec 8.2, 8.3, 8.5 and 8.6).</summary>
public sealed class AdversarialOptions
{
    /// <summary>Which network discriminates.</summary>
    /// <value>Default <see cref="DiscriminatorKind.Patch"/>, which needs no weights; the paper's is <see cref="DiscriminatorKind.Dino"/>.</value>
    public DiscriminatorKind Discriminator { get; set; } = DiscriminatorKind.Patch;
    /// <summary>The frozen model under <see cref="DiscriminatorKind.Dino"/>: path of DINO ViT-S/16, the official file (<c>dino_deitsmall16_pretrain.pth</c>) or a safetensors file with its names.</summary>
    /// <value>Default null. The final norm of the official file is not used and may be missing.</value>
    [System.Text.Json.Serialization.JsonIgnore]
    public string? DinoWeights { get; set; }
    /// <summary>Weight of the adversarial loss in the objective.</summary>
    /// <value>Default 0.5, the paper's.</value>
    public double Weight { get; set; } = 0.5;
    /// <summary>Whether the tokenizer's adversarial loss is also scaled, each step, so that its gradient at the pixel decoder's last layer is as long as that of the pixel losses (spec 8.2).</summary>
    /// <value>Default false, as in the paper.</value>
    public bool AdaptiveWeight { get; set; }
    /// <summary>First step, 1-based, at which the adversarial loss counts and the discriminator learns.</summary>
    /// <value>Default 20,000, the paper's.</value>
    public int StartStep { get; set; } = 20_000;
    /// <summary>What the discriminator minimises.</summary>
    /// <value>Default <see cref="AdversarialLossKind.Hinge"/>, the paper's.</value>
    public AdversarialLossKind DiscriminatorLoss { get; set; } = AdversarialLossKind.Hinge;
    /// <summary>What the tokenizer minimises.</summary>
    /// <value>Default <see cref="AdversarialLossKind.Softplus"/>, the paper's.</value>
    public AdversarialLossKind GeneratorLoss { get; set; } = AdversarialLossKind.Softplus;
    /// <summary>Channels after the first convolution of <see cref="DiscriminatorKind.Patch"/>.</summary>
    /// <value>Default 64.</value>
    public int Width { get; set; } = 64;
    /// <summary>Convolutions with a norm in <see cref="DiscriminatorKind.Patch"/>.</summary>
    /// <value>Default 3.</value>
    public int Depth { get; set; } = 3;
    /// <summary>Constant learning rate of the discriminator.</summary>
    /// <value>Default 1e-4, the paper's.</value>
    public double LearningRate { get; set; } = 1e-4;

    /// <summary>Checks the ranges.</summary>
    /// <param name="imageSize">Side of the training images, pixels.</param>
    /// <param name="batchSize">Images per step.</param>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate(int imageSize, int batchSize)
    {
        if (!(Weight is >= 0 and <= 1000)) throw new ArgumentException($"Adversarial.Weight is {Weight}; allowed are 0 to 1000.");
        if (StartStep < 1) throw new ArgumentException($"Adversarial.StartStep is {StartStep}; allowed are positive numbers.");
        if (!Enum.IsDefined(DiscriminatorLoss) || !Enum.IsDefined(GeneratorLoss)) throw new ArgumentException($"Adversarial losses are {DiscriminatorLoss} and {GeneratorLoss}; allowed are {string.Join(", ", Enum.GetNames<AdversarialLossKind>())}.");
        if (!(LearningRate is > 0 and <= 1)) throw new ArgumentException($"Adversarial.LearningRate is {LearningRate}; allowed are numbers above 0 up to 1.");
        switch (Discriminator)
        {
            case DiscriminatorKind.Patch:
                if (Width is < 1 or > 4096) throw new ArgumentException($"Adversarial.Width is {Width}; allowed are 1 to 4096.");
                if (Depth is < 1 or > 8 || imageSize < 3 << Depth) throw new ArgumentException($"Adversarial.Depth is {Depth} for images of {imageSize} pixels; allowed are 1 to 8, and 3 x 2^Depth pixels at least.");
                break;
            case DiscriminatorKind.StyleGan:
                StyleGanDiscriminator.RequireSize(imageSize);
                break;
            case DiscriminatorKind.Dino: // sees images of every size
                if (string.IsNullOrEmpty(DinoWeights)) throw new ArgumentException("Adversarial.Discriminator is Dino without DinoWeights; set the path of a file with DINO ViT-S/16.");
                LocalBatchNorm.Groups(batchSize);
                break;
            default:
                throw new ArgumentException($"Adversarial.Discriminator is {Discriminator}; allowed are {string.Join(", ", Enum.GetNames<DiscriminatorKind>())}.");
        }
    }
}
