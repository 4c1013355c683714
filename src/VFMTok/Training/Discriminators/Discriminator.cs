using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Discriminators;

/// <summary>A network that maps images in [-1, 1], [B, 3, H, W], to logits of any shape: larger = looks real.</summary>
internal abstract class Discriminator(string name) : nn.Module<Tensor, Tensor>(name)
{
    private const double Slope = 0.2; // all three kinds have the same

    /// <summary>Our member names to the official ones.</summary>
    public abstract NameMap Names { get; }

    /// <summary>Content hash of what is frozen in it; null if nothing is.</summary>
    public virtual string? FrozenHash => null;

    /// <summary>Makes the kind that is asked for, with start values from <see cref="SeededDraws"/>.</summary>
    /// <param name="options">Validated.</param>
    /// <param name="imageSize">Side of the training images, pixels.</param>
    public static Discriminator Create(AdversarialOptions options, int imageSize) => options.Discriminator switch
    {
        DiscriminatorKind.StyleGan => new StyleGanDiscriminator(imageSize),
        DiscriminatorKind.Dino => new DinoDiscriminator(DinoTrunk.Load(options.DinoWeights!)),
        _ => new PatchDiscriminator(options.Width, options.Depth),
    };

    /// <summary>Leaky ReLU.</summary>
    internal static Tensor Rectify(Tensor x) => x.maximum(x.Times(Slope));
}
