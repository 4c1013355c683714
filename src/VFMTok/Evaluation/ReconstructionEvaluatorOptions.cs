namespace VFMTok.Evaluation;

/// <summary>What <see cref="ReconstructionEvaluator"/> measures besides PSNR and SSIM.</summary>
public sealed class ReconstructionEvaluatorOptions
{
    /// <summary>Largest <see cref="ResizeTo"/>.</summary>
    public const int LargestSide = 4096;

    /// <summary>Network whose features tell how far the set of reconstructions is from the originals: rFID, rIS.</summary>
    /// <value>Default null: no such figure. Stays the caller's.</value>
    public FeatureExtractor? Extractor { get; set; }

    /// <summary>LPIPS.</summary>
    /// <value>Default null: not measured. Stays the caller's.</value>
    public PerceptualDistance? PerceptualDistance { get; set; }

    /// <summary>Codes K of the tokenizer, for its codebook's usage and perplexity.</summary>
    /// <value>Default 0: not measured.</value>
    public int CodebookSize { get; set; }

    /// <summary>Side of the square to which both images are resized with Pillow's bicubic filter before anything is measured, pixels.</summary>
    /// <value>Default 0: they are measured as they are. The paper resizes its 336 pixels to 256 (spec 10.2).</value>
    public int ResizeTo { get; set; }

    /// <summary>How images are resized, in the words of <see cref="EvaluationProtocol.Resize"/>; null = not at all.</summary>
    public string? ResizeText => ResizeTo > 0 ? $"Pillow bicubic to {ResizeTo}" : null;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        if (CodebookSize < 0) throw new ArgumentException($"CodebookSize is {CodebookSize}; allowed are 0 (not measured) and more.");
        if (ResizeTo is < 0 or > LargestSide) throw new ArgumentException($"ResizeTo is {ResizeTo}; allowed are 0 (no resizing) to {LargestSide} pixels.");
    }
}
