using VFMTok.Evaluation;

namespace VFMTok.ML;

/// <summary>How <c>VfmEvaluateGeneration</c> and <c>VfmImageStatistics</c> see images.</summary>
public sealed class VfmGenerationEvaluationOptions : VfmEvaluationOptions
{
    /// <summary>Network whose features are compared; only Inception-v3 gives a FID, sFID and inception score.</summary>
    /// <value>Default null: the tiny foundation model that ships with the library, on the device of the context; the distance is called FD-Tiny. Stays the caller's.</value>
    public FeatureExtractor? Extractor { get; set; }

    /// <summary>Side of the square that is cut out of the middle of images, as <c>VfmTokenize</c> cuts it, pixels.</summary>
    /// <value>Default 0: images are taken as they are, but references that are read beside samples are cut to the size of these.</value>
    public int ImageSize { get; set; }

    /// <summary>Images, the first ones, whose features are kept for precision and recall.</summary>
    /// <value>Default 50,000; 0 = none, and neither figure.</value>
    public int NeighbourhoodLimit { get; set; } = ImageSetStatistics.DefaultNeighbourhoodLimit;

    /// <summary>What reports call the references.</summary>
    /// <value>Default null: the name of their column.</value>
    public string? ReferenceName { get; set; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (ImageSize is < 0 or > ReconstructionEvaluatorOptions.LargestSide)
            throw new ArgumentException($"ImageSize is {ImageSize}; allowed are 0 (images are taken as they are) to {ReconstructionEvaluatorOptions.LargestSide} pixels.");
        if (NeighbourhoodLimit < 0) throw new ArgumentException($"NeighbourhoodLimit is {NeighbourhoodLimit}; allowed are 0 (no precision and recall) and more.");
        if (ReferenceName is { Length: 0 }) throw new ArgumentException("ReferenceName is empty; give a name, or null for that of the column.");
    }
}
