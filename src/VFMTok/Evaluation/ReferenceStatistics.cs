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

    /// <summary>Writes the reference as an <c>.npz</c> that the reference evaluator reads too: <c>mu</c>, <c>sigma</c>, <c>mu_s</c>, <c>sigma_s</c>; besides <c>pooled</c>, the features for precision and recall (float32), and <c>vfmtok</c>, JSON that says what it was made of.</summary>
    /// <param name="path">Of the file; its folder must exist.</param>
    /// <exception cref="IOException">It cannot be written; what was there before is untouched.</exception>
    public void Save(string path) => ReferenceFile.Write(path, this);

    /// <summary>Loads a reference from an <c>.npz</c>: what <see cref="Save"/> wrote, a reference batch of the reference evaluator (spec 10.4), or a batch of samples in its form.</summary>
    /// <remarks>
    /// Files of other programs state no network; their statistics are taken for those of Inception-v3. Their images (<c>arr_0</c>, uint8 [N, H, W, 3]), read one by one, go through the extractor and give the features for
    /// precision and recall; where there are no statistics everything is computed from them. Labels (<c>arr_1</c>) are not looked at.
    /// </remarks>
    /// <param name="path">Of the file.</param>
    /// <param name="extractor">The one that sees the samples; stays the caller's.</param>
    /// <param name="neighbourhoodLimit">Images, the first ones, whose features are kept for precision and recall; 0 = none, which saves the time to see them.</param>
    /// <param name="progress">Gets the number of images seen.</param>
    /// <param name="cancellation">Stops between two images.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="Numpy.InvalidNumpyFileException">It is damaged or hostile, or no reference.</exception>
    /// <exception cref="ArgumentException">Its features are another network's.</exception>
    /// <exception cref="InvalidOperationException">It has one image alone and no statistics.</exception>
    public static ReferenceStatistics Load(string path, FeatureExtractor extractor, int neighbourhoodLimit = ImageSetStatistics.DefaultNeighbourhoodLimit, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(extractor);
        ArgumentOutOfRangeException.ThrowIfNegative(neighbourhoodLimit);
        return ReferenceFile.Read(path, extractor, neighbourhoodLimit, progress, cancellation);
    }

    /// <summary>Checks that samples may be compared with it.</summary>
    /// <exception cref="ArgumentException">Their features are another network's.</exception>
    internal void RequireExtractor(ExtractorIdentity samples) => RequireExtractor(Name, Extractor, samples);

    /// <summary>Checks that samples of one network may be compared with a reference of another.</summary>
    /// <exception cref="ArgumentException">They may not.</exception>
    internal static void RequireExtractor(string name, ExtractorIdentity reference, ExtractorIdentity samples)
    {
        if (samples.Width != reference.Width)
            throw new ArgumentException($"The reference '{name}' has features of {reference.Width} numbers and {samples} makes {samples.Width}; use {reference.Name} for both, or make the reference anew from its images.");
        if (reference.Hash is not null && samples.Hash != reference.Hash)
            throw new ArgumentException($"The reference '{name}' was made with {reference} and the samples are seen by {samples}; use the same network for both, or make the reference anew from its images.");
    }
}
