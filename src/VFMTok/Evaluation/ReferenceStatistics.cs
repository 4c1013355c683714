namespace VFMTok.Evaluation;

/// <summary>What samples are compared with: statistics of the features of real images, and the features of some of them for precision and recall.</summary>
public sealed class ReferenceStatistics
{
    internal ReferenceStatistics() { }

    /// <summary>What reports call it, such as the name of a folder or file.</summary>
    public required string Name { get; init; }

    /// <summary>32 hexadecimal digits: <see cref="ImageSetStatistics.ContentHash"/> of the images, or of a file of another program the SHA-256 of its bytes.</summary>
    public required string Hash { get; init; }

    /// <summary>The network behind the features; without a hash if a file of another program did not state it.</summary>
    public required ExtractorIdentity Extractor { get; init; }

    /// <summary>Images behind mean and covariance; null = not known, as in files of other programs.</summary>
    public long? Count => Pooled.Count;

    /// <summary>Pixels of a row of the images; 0 = not known.</summary>
    public int ImageWidth { get; init; }

    /// <summary>Rows of the images; 0 = not known.</summary>
    public int ImageHeight { get; init; }

    /// <summary>How the images were cut, in words; null = not stated.</summary>
    public string? Crop { get; init; }

    /// <summary>Mean and covariance of the pooled features.</summary>
    public required FeatureStatistics Pooled { get; init; }

    /// <summary>The same of the spatial features; null = there are none.</summary>
    public FeatureStatistics? Spatial { get; init; }

    /// <summary>Images whose features are there for precision and recall.</summary>
    public int NeighbourhoodCount => Neighbourhood.Length / Extractor.Width;

    /// <summary>Pooled features, Width numbers per image.</summary>
    internal ReadOnlyMemory<float> Neighbourhood { get; init; }

    /// <summary>Makes a reference of images.</summary>
    /// <param name="images">All of them have been added.</param>
    /// <param name="name">What reports call it, such as the name of their folder.</param>
    /// <param name="crop">How the images were cut, in words, such as "center 64 px".</param>
    /// <exception cref="InvalidOperationException">There are fewer than two images.</exception>
    public static ReferenceStatistics Of(ImageSetStatistics images, string name, string? crop = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (images.Count < 2) throw new InvalidOperationException($"A reference needs two images at least and '{name}' has {(images.Count == 1 ? "one" : "none")}; give more images.");
        return new ReferenceStatistics
        {
            Name = name, Hash = images.ContentHash, Extractor = images.Extractor, ImageWidth = images.ImageWidth, ImageHeight = images.ImageHeight, Crop = crop,
            Pooled = images.PooledStatistics(), Spatial = images.SpatialStatistics(), Neighbourhood = images.Neighbourhood,
        };
    }

    /// <summary>Checks that samples may be compared with it.</summary>
    /// <exception cref="ArgumentException">Their features are another network's.</exception>
    internal void RequireExtractor(ExtractorIdentity samples)
    {
        if (samples.Width != Extractor.Width)
            throw new ArgumentException($"The reference '{Name}' has features of {Extractor.Width} numbers and {samples} makes {samples.Width}; use {Extractor.Name} for both, or make the reference anew from its images.");
        if (Extractor.Hash is not null && samples.Hash != Extractor.Hash)
            throw new ArgumentException($"The reference '{Name}' was made with {Extractor} and the samples are seen by {samples}; use the same network for both, or make the reference anew from its images.");
    }
}
