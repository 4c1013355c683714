namespace VFMTok.Evaluation;

/// <summary>How close reconstructions are to their originals; made by <see cref="ReconstructionEvaluator"/>. Means over images are plain ones (the reference divides by N + 1e-6).</summary>
public sealed record ReconstructionScores
{
    internal ReconstructionScores() { }

    /// <summary>Pairs of images.</summary>
    public required long Count { get; init; }

    /// <summary>Pairs without any difference: they have no finite PSNR and are left out of its mean (the reference's mean would be infinite).</summary>
    public required long EqualImages { get; init; }

    /// <summary>Mean peak signal-to-noise ratio of the pairs that differ, decibels; positive infinity if none does. Higher is better.</summary>
    public required double PsnrDb { get; init; }

    /// <summary>Mean of <see cref="ReconstructionMetrics.Ssim(Imaging.RgbImage, Imaging.RgbImage)"/>. Higher is better.</summary>
    public required double Ssim { get; init; }

    /// <summary>Mean of <see cref="ReconstructionMetrics.ReferenceSsim"/>, for comparisons with the paper's tables only.</summary>
    public required double ReferenceSsim { get; init; }

    /// <summary>Mean of <see cref="PerceptualDistance"/>; null = not measured. Lower is better.</summary>
    public double? PerceptualDistance { get; init; }

    /// <summary>Share of the codebook that is used, 0 to 1; null = there were no tokens.</summary>
    public double? CodebookUsage { get; init; }

    /// <summary>e to the entropy of the codes; null = there were no tokens.</summary>
    public double? CodebookPerplexity { get; init; }

    /// <summary>The reconstructions as a set, against the originals: rFID and rIS by the name of the network; null = not measured.</summary>
    public GenerationMetrics? Set { get; init; }

    /// <summary>Sentences for whoever reads the figures.</summary>
    public IReadOnlyList<string> Cautions =>
    [
        .. EqualImages == 0 ? (string[])[] : [$"{EqualImages} of {Count} reconstructions equal their originals and are left out of the mean of the PSNR."],
        .. Set?.Cautions ?? [],
    ];

    /// <summary>All figures that there are, by <see cref="FigureNames"/>, all of them finite: an infinite PSNR is not among them.</summary>
    public IReadOnlyDictionary<string, double> Figures
    {
        get
        {
            var figures = new OrderedDictionary<string, double>();
            foreach (var (name, value) in Set?.Figures ?? new OrderedDictionary<string, double>()) figures.Add(FigureNames.OfReconstruction(name), value);
            if (double.IsFinite(PsnrDb)) figures.Add(FigureNames.Psnr, PsnrDb);
            figures.Add(FigureNames.Ssim, Ssim);
            figures.Add(FigureNames.ReferenceSsim, ReferenceSsim);
            if (PerceptualDistance is { } distance) figures.Add(FigureNames.PerceptualDistance, distance);
            if (CodebookUsage is { } usage) figures.Add(FigureNames.CodebookUsage, usage);
            if (CodebookPerplexity is { } perplexity) figures.Add(FigureNames.CodebookPerplexity, perplexity);
            return figures;
        }
    }
}
