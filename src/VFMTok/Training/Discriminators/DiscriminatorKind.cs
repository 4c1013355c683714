namespace VFMTok.Training.Discriminators;

/// <summary>Which network tells true pictures from reconstructions.</summary>
public enum DiscriminatorKind
{
    /// <summary>PatchGAN: a small convolutional network that judges overlapping patches. Needs no weights.</summary>
    Patch,
    /// <summary>StyleGAN's: a deep residual network that judges the whole picture; for sides that are a power of two. Needs no weights.</summary>
    StyleGan,
    /// <summary>The paper's: small heads on the features of a frozen DINO ViT-S/16, whose weights are imported.</summary>
    Dino,
}
