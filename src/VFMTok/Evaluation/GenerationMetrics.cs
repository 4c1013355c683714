namespace VFMTok.Evaluation;

/// <summary>How good generated images are: their distance from a reference, their clarity and variety (spec 10.3 and 10.4).</summary>
public sealed record GenerationMetrics
{
    private GenerationMetrics() { }

    /// <summary>The network behind all figures.</summary>
    public required ExtractorIdentity Extractor { get; init; }

    /// <summary>Images that were judged.</summary>
    public required long Count { get; init; }

    /// <summary>What <see cref="Distance"/> is called: "FID" or "FD-" and the network's name.</summary>
    public string DistanceName => Extractor.DistanceName;

    /// <summary>Frechet distance of the pooled features; its first set are the samples. Lower is better.</summary>
    public required FrechetDistance Distance { get; init; }

    /// <summary>The same of spatial features, the sFID; null = the network or the reference has none.</summary>
    public FrechetDistance? SpatialDistance { get; init; }

    /// <summary>Inception score; null = the network has no classes. Higher is better.</summary>
    public double? InceptionScore { get; init; }

    /// <summary>Share of the samples that look real, 0 to 1; null = a set has no features for it, or too few.</summary>
    public double? Precision { get; init; }

    /// <summary>Share of the references that are covered, 0 to 1; null = a set has no features for it, or too few.</summary>
    public double? Recall { get; init; }

    /// <summary>Sentences for whoever reads the figures: few images, a singular covariance, another network than the FID's, another size.</summary>
    public required IReadOnlyList<string> Cautions { get; init; }

    /// <summary>All figures that there are, by <see cref="FigureNames"/>, all of them finite.</summary>
    public IReadOnlyDictionary<string, double> Figures
    {
        get
        {
            var figures = new OrderedDictionary<string, double> { { DistanceName, Distance.Value } };
            if (SpatialDistance is { } spatial) figures.Add(FigureNames.Spatial(DistanceName), spatial.Value);
            if (InceptionScore is { } score) figures.Add(FigureNames.InceptionScore, score);
            if (Precision is { } precision) figures.Add(FigureNames.Precision, precision);
            if (Recall is { } recall) figures.Add(FigureNames.Recall, recall);
            return figures;
        }
    }

    /// <summary>Compares samples with a reference.</summary>
    /// <param name="samples">All of them have been added; the first ones, up to its limit, give precision and recall.</param>
    /// <param name="reference">Made by the same network.</param>
    /// <param name="neighbours">k of precision and recall.</param>
    /// <exception cref="ArgumentException">The features are those of two networks.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than two samples.</exception>
    public static GenerationMetrics Compare(ImageSetStatistics samples, ReferenceStatistics reference, int neighbours = PrecisionRecall.DefaultNeighbours)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbours, 1);
        reference.RequireExtractor(samples.Extractor);
        if (samples.Count < 2) throw new InvalidOperationException($"A distance needs two samples at least and there {(samples.Count == 1 ? "is one" : "are none")}; give more images.");
        var distance = FrechetDistance.Between(samples.PooledStatistics(), reference.Pooled);
        var spatial = reference.Spatial is { } of && samples.SpatialStatistics() is { } own ? FrechetDistance.Between(own, of) : null;
        var enough = Math.Min(samples.NeighbourhoodCount, reference.NeighbourhoodCount) > neighbours;
        var coverage = enough ? PrecisionRecall.Of(reference.Neighbourhood.Span, samples.Neighbourhood.Span, samples.Extractor.Width, neighbours) : null;
        return new GenerationMetrics
        {
            Extractor = samples.Extractor, Count = samples.Count, Distance = distance, SpatialDistance = spatial, InceptionScore = samples.InceptionScore,
            Precision = coverage?.Precision, Recall = coverage?.Recall, Cautions = [.. CautionsOf(samples, reference, distance, spatial, coverage, neighbours)],
        };
    }

    private static IEnumerable<string> CautionsOf(ImageSetStatistics samples, ReferenceStatistics reference, FrechetDistance distance, FrechetDistance? spatial, PrecisionRecall? coverage, int neighbours)
    {
        var extractor = samples.Extractor;
        foreach (var caution in EvaluationCautions.Of(samples.Count, reference.Count, reference.Name, extractor)) yield return caution;
        foreach (var caution in EvaluationCautions.OfRanks(distance, extractor.DistanceName)) yield return caution;
        if (spatial is not null)
            foreach (var caution in EvaluationCautions.OfRanks(spatial, FigureNames.Spatial(extractor.DistanceName))) yield return caution;
        if (reference.Extractor.Hash is null && !extractor.IsInception)
            yield return $"The reference '{reference.Name}' does not state its network and was taken for one of {extractor.Name}; make it anew from its images to be sure.";
        if (reference.ImageWidth > 0 && (reference.ImageWidth, reference.ImageHeight) != (samples.ImageWidth, samples.ImageHeight))
            yield return $"The samples have {samples.ImageWidth} x {samples.ImageHeight} pixels and the reference '{reference.Name}' {reference.ImageWidth} x {reference.ImageHeight}; resampling alone then makes a distance.";
        if (coverage is null && samples.HasNeighbourhood)
            yield return $"There are no precision and recall: they need more than {neighbours} images on both sides and there are features of {samples.NeighbourhoodCount} samples and {reference.NeighbourhoodCount} references.";
    }
}
