using VFMTok.Training.Losses;

namespace VFMTok.Training;

/// <summary>A discriminator that learns beside the tokenizer and makes its pictures crisper (paper section 3.3; spec 8.2, 8.3 and 8.6): PatchGAN.</summary>
public sealed class AdversarialOptions
{
    /// <summary>Weight of the adversarial loss in the objective.</summary>
    /// <value>Default 0.5, the paper's.</value>
    public double Weight { get; set; } = 0.5;
    /// <summary>First step, 1-based, at which the adversarial loss counts and the discriminator learns.</summary>
    /// <value>Default 20,000, the paper's.</value>
    public int StartStep { get; set; } = 20_000;
    /// <summary>What the discriminator minimises.</summary>
    /// <value>Default <see cref="AdversarialLossKind.Hinge"/>, the paper's.</value>
    public AdversarialLossKind DiscriminatorLoss { get; set; } = AdversarialLossKind.Hinge;
    /// <summary>What the tokenizer minimises.</summary>
    /// <value>Default <see cref="AdversarialLossKind.Softplus"/>, the paper's.</value>
    public AdversarialLossKind GeneratorLoss { get; set; } = AdversarialLossKind.Softplus;
    /// <summary>Channels after the discriminator's first convolution.</summary>
    /// <value>Default 64.</value>
    public int Width { get; set; } = 64;
    /// <summary>Convolutions with a norm.</summary>
    /// <value>Default 3.</value>
    public int Depth { get; set; } = 3;
    /// <summary>Constant learning rate of the discriminator.</summary>
    /// <value>Default 1e-4, the paper's.</value>
    public double LearningRate { get; set; } = 1e-4;

    /// <summary>Checks the ranges.</summary>
    /// <param name="imageSize">Side of the training images, pixels.</param>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate(int imageSize)
    {
        if (!(Weight is >= 0 and <= 1000)) throw new ArgumentException($"Adversarial.Weight is {Weight}; allowed are 0 to 1000.");
        if (StartStep < 1) throw new ArgumentException($"Adversarial.StartStep is {StartStep}; allowed are positive numbers.");
        if (!Enum.IsDefined(DiscriminatorLoss) || !Enum.IsDefined(GeneratorLoss)) throw new ArgumentException($"Adversarial losses are {DiscriminatorLoss} and {GeneratorLoss}; allowed are {string.Join(", ", Enum.GetNames<AdversarialLossKind>())}.");
        if (Width is < 1 or > 4096) throw new ArgumentException($"Adversarial.Width is {Width}; allowed are 1 to 4096.");
        if (Depth is < 1 or > 8 || imageSize < 3 << Depth) throw new ArgumentException($"Adversarial.Depth is {Depth} for images of {imageSize} pixels; allowed are 1 to 8, and 3 x 2^Depth pixels at least.");
        if (!(LearningRate is > 0 and <= 1)) throw new ArgumentException($"Adversarial.LearningRate is {LearningRate}; allowed are numbers above 0 up to 1.");
    }
}
