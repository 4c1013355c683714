namespace VFMTok.Evaluation;

/// <summary>Names of figures in reports and files; that of a Frechet distance is its extractor's (<see cref="FeatureExtractor.DistanceName"/>).</summary>
public static class FigureNames
{
    /// <summary>Inception score.</summary>
    public const string InceptionScore = "IS";

    /// <summary>Improved precision, 0 to 1.</summary>
    public const string Precision = "precision";

    /// <summary>Improved recall, 0 to 1.</summary>
    public const string Recall = "recall";

    /// <summary>Mean peak signal-to-noise ratio, decibels.</summary>
    public const string Psnr = "psnrDb";

    /// <summary>Mean structural similarity.</summary>
    public const string Ssim = "ssim";

    /// <summary>Mean structural similarity as the paper's code computes it.</summary>
    public const string ReferenceSsim = "referenceSsim";

    /// <summary>Mean perceptual distance.</summary>
    public const string PerceptualDistance = "lpips";

    /// <summary>Share of the codebook that is used, 0 to 1.</summary>
    public const string CodebookUsage = "codebookUsage";

    /// <summary>e to the entropy of the codes.</summary>
    public const string CodebookPerplexity = "codebookPerplexity";

    /// <summary>The name of the distance of spatial features: "sFID", "sFD-...".</summary>
    public static string Spatial(string distanceName) => "s" + distanceName;

    /// <summary>The name of a figure of reconstructions against their originals: "rFID", "rIS".</summary>
    public static string OfReconstruction(string name) => "r" + name;
}
