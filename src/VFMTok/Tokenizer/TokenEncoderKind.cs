namespace VFMTok.Tokenizer;

/// <summary>How an image becomes the vectors that are quantized: the paper's way, and the two that it is compared with (paper table 4, spec 13.4). All have the same quantizer and the same decoders.</summary>
public enum TokenEncoderKind
{
    /// <summary>VFMTok: learnable queries gather from several levels of the frozen foundation model what belongs together.</summary>
    RegionAdaptive,

    /// <summary>A grid on frozen features: every patch of the last tapped level becomes one token.</summary>
    Grid,

    /// <summary>A plain VQGAN: a convolutional encoder, trained from scratch, looks at pixels; every place of its grid becomes one token. The foundation model is then only a target of the feature reconstruction.</summary>
    Convolutional,
}
