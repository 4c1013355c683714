namespace VFMTok.Evaluation;

/// <summary>Says what a reader of a figure must know lest it mislead.</summary>
internal static class EvaluationCautions
{
    /// <summary>Few samples, a reference of few images, another network than that of the FID.</summary>
    public static IEnumerable<string> Of(long count, long? referenceCount, string? reference, ExtractorIdentity extractor)
    {
        if (count < EvaluationProtocol.FewImages)
            yield return $"Only {Images(count)}: of fewer than {EvaluationProtocol.FewImages} the {extractor.DistanceName} comes out too large; compare with figures of the same number only.";
        if (referenceCount < EvaluationProtocol.FewImages)
            yield return $"The reference '{reference}' has only {Images(referenceCount.Value)}, fewer than {EvaluationProtocol.FewImages}; compare with figures against the same reference only.";
        if (!extractor.IsInception)
            yield return $"{extractor.DistanceName} is no FID: its features are those of {extractor}; compare with figures of the same network only.";
    }

    /// <summary>Fewer directions than features.</summary>
    public static IEnumerable<string> OfRanks(FrechetDistance distance, string name)
    {
        if (distance.IsSingular)
            yield return $"The {name} rests on a singular covariance (rank {distance.FirstRank} of {distance.Width} of the samples, {distance.SecondRank} of the reference), so it depends much on the number of images; use more images than {distance.Width}.";
    }

    private static string Images(long count) => count == 1 ? "1 image" : $"{count} images";
}
