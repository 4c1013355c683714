using System.Text.Json.Serialization;

namespace VFMTok.Evaluation;

/// <summary>Which network made features: figures are comparable only if it is the same.</summary>
/// <param name="Name">Such as "Inception-v3", "DINOv2-L" or "Tiny".</param>
/// <param name="Hash">Content hash of its weights; null = not known, as in files of other programs.</param>
/// <param name="DistanceName">What the Frechet distance of its features is called: "FID", or "FD-" and the name.</param>
/// <param name="Width">Length of a feature vector.</param>
public sealed record ExtractorIdentity(string Name, string? Hash, string DistanceName, int Width)
{
    /// <summary>Whether it is the network on which FID, sFID and inception score are defined. Whether the weights are the official ones only the hash can tell.</summary>
    [JsonIgnore]
    public bool IsInception => DistanceName == InceptionExtractor.Distance;

    /// <summary>That of an extractor.</summary>
    public static ExtractorIdentity Of(FeatureExtractor extractor)
    {
        ArgumentNullException.ThrowIfNull(extractor);
        return new(extractor.Name, extractor.Hash, extractor.DistanceName, extractor.Width);
    }

    /// <summary>Inception-v3 as other programs use it: they state no hash.</summary>
    internal static ExtractorIdentity Foreign { get; } = new(InceptionExtractor.NetworkName, null, InceptionExtractor.Distance, InceptionV3.Width);

    /// <summary>Name and hash.</summary>
    public override string ToString() => $"{Name} ({Hash ?? "hash not stated"})";
}
