using VFMTok.Imaging;

namespace VFMTok.Evaluation;

/// <summary>Gathers from any number of images of one size all that <see cref="GenerationMetrics"/> and <see cref="ReferenceStatistics"/> need of them, through a <see cref="FeatureExtractor"/>.</summary>
/// <remarks>
/// <para>Memory is fixed: a covariance of the pooled and one of the spatial features (32 MB each for Inception-v3), and the features of the first images for precision and recall, limit * width * 4 bytes
/// (410 MB for 50,000 images and Inception-v3), which are taken as images come.</para>
/// <para>Images go through the network in groups of 16 however they are handed over, so figures do not depend on the caller's batches, bit for bit. A result that is asked for between two images ends a
/// group early, which may change last digits of what follows. Not for several threads at a time.</para>
/// </remarks>
public sealed class ImageSetStatistics
{
    /// <summary>Images whose features are kept for precision and recall, unless stated otherwise.</summary>
    public const int DefaultNeighbourhoodLimit = 50_000;

    private readonly FeatureExtractor _extractor;
    private readonly FeatureMoments _pooled;
    private readonly FeatureMoments? _spatial;
    private readonly InceptionScore? _score;
    private readonly FeatureStore _neighbourhood;
    private readonly List<RgbImage> _waiting = new(FeatureExtractor.ImagesTogether);
    private ImageSetHash _hash;

    /// <summary>Begins.</summary>
    /// <param name="extractor">Stays the caller's, who disposes it after this set has been read.</param>
    /// <param name="neighbourhoodLimit">Images, the first ones, whose features are kept for precision and recall; 0 = none, and neither figure.</param>
    /// <param name="splitSize">Images of a split of the inception score.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative, or more than an array can hold; or the split has no images.</exception>
    public ImageSetStatistics(FeatureExtractor extractor, int neighbourhoodLimit = DefaultNeighbourhoodLimit, int splitSize = Evaluation.InceptionScore.ReferenceSplitSize)
    {
        ArgumentNullException.ThrowIfNull(extractor);
        (_extractor, Extractor) = (extractor, ExtractorIdentity.Of(extractor));
        (_neighbourhood, _score) = (new FeatureStore(extractor.Width, neighbourhoodLimit), extractor.Classes > 0 ? new InceptionScore(splitSize) : null);
        (_pooled, _spatial) = (new FeatureMoments(extractor.Width), extractor.SpatialWidth > 0 ? new FeatureMoments(extractor.SpatialWidth) : null);
    }

    /// <summary>The network behind all numbers.</summary>
    public ExtractorIdentity Extractor { get; }

    /// <summary>Images taken so far.</summary>
    public long Count { get; private set; }

    /// <summary>Pixels of a row of every image; 0 before the first.</summary>
    public int ImageWidth { get; private set; }

    /// <summary>Rows of every image; 0 before the first.</summary>
    public int ImageHeight { get; private set; }

    /// <summary>What the set is known by: 32 hexadecimal digits of all pixels and sizes, whatever the order of the images.</summary>
    public string ContentHash => _hash.ToString();

    /// <summary>Images whose features are kept for precision and recall.</summary>
    public int NeighbourhoodCount => Neighbourhood.Length / Extractor.Width;

    /// <summary>Inception score of all images so far; null = the extractor gives none, or there are no images.</summary>
    public double? InceptionScore
    {
        get
        {
            Flush();
            return Count > 0 ? _score?.Value : null;
        }
    }

    /// <summary>Whether features are kept for precision and recall.</summary>
    internal bool HasNeighbourhood => _neighbourhood.Limit > 0;

    /// <summary>Pooled features of the first images, Width numbers each.</summary>
    internal ReadOnlyMemory<float> Neighbourhood
    {
        get
        {
            Flush();
            return _neighbourhood.Features;
        }
    }

    /// <summary>Takes an image.</summary>
    /// <param name="image">Of the size of those before it; kept until the group of 16 is complete, so its pixels must not change.</param>
    /// <exception cref="ArgumentException">It has another size.</exception>
    public void Add(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (Count == 0) (ImageWidth, ImageHeight) = (image.Width, image.Height);
        if ((image.Width, image.Height) != (ImageWidth, ImageHeight))
            throw new ArgumentException($"Image {Count + 1} of the set has {image.Width} x {image.Height} pixels and those before it have {ImageWidth} x {ImageHeight}; crop or resize all to one size.", nameof(image));
        _hash.Add(image);
        _waiting.Add(image);
        Count++;
        if (_waiting.Count == FeatureExtractor.ImagesTogether) Flush();
    }

    /// <summary>Takes images one after the other; a lazy sequence is read as it is needed.</summary>
    /// <param name="images">Of one size.</param>
    /// <exception cref="ArgumentException">One has another size; those before it have been taken.</exception>
    public void Add(IEnumerable<RgbImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        foreach (var image in images) Add(image);
    }

    /// <summary>Mean and covariance of the pooled features of all images so far.</summary>
    /// <exception cref="InvalidOperationException">There are fewer than two images.</exception>
    public FeatureStatistics PooledStatistics()
    {
        Flush();
        return _pooled.ToStatistics();
    }

    /// <summary>The same of the spatial features; null = the extractor gives none.</summary>
    /// <exception cref="InvalidOperationException">There are fewer than two images.</exception>
    public FeatureStatistics? SpatialStatistics()
    {
        Flush();
        return _spatial?.ToStatistics();
    }

    private void Flush()
    {
        if (_waiting.Count == 0) return;
        var features = _extractor.Extract(_waiting);
        _waiting.Clear();
        _pooled.Add(features.Pooled);
        _spatial?.Add(features.Spatial);
        _score?.Add(features.Logits, _extractor.Classes);
        _neighbourhood.Add(features.Pooled);
    }
}
