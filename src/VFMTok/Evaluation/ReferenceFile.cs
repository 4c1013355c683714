using System.Security.Cryptography;
using VFMTok.Checkpoints;
using VFMTok.Numpy;

namespace VFMTok.Evaluation;

/// <summary>Files of <see cref="ReferenceStatistics"/>: the arrays that the reference evaluator reads (spec 10.4), and two of our own.</summary>
internal static class ReferenceFile
{
    private const string Mean = "mu", Covariance = "sigma", SpatialMean = "mu_s", SpatialCovariance = "sigma_s", Images = SampleArchive.Images; // of other programs too
    private const string Features = "pooled", Description = "vfmtok";                                                             // our own

    /// <summary>Writes a reference.</summary>
    public static void Write(string path, ReferenceStatistics reference) => NpzWriter.Write(path, file =>
    {
        file.AddText(Description, ReferenceDescription.Of(reference).ToJson());
        Add(reference.Pooled, Mean, Covariance);
        if (reference.Spatial is { } spatial) Add(spatial, SpatialMean, SpatialCovariance);
        if (reference.NeighbourhoodCount > 0) file.Add(Features, reference.Neighbourhood.Span, reference.NeighbourhoodCount, reference.Extractor.Width);

        void Add(FeatureStatistics statistics, string mean, string covariance)
        {
            file.Add(mean, statistics.Mean);
            file.Add(covariance, statistics.Covariance, statistics.Width, statistics.Width);
        }
    });

    /// <summary>Reads one, of this library or of another program.</summary>
    public static ReferenceStatistics Read(string path, FeatureExtractor extractor, int neighbourhoodLimit, IProgress<long>? progress, CancellationToken cancellation)
    {
        using var file = NpzFile.Open(path);
        var identity = ExtractorIdentity.Of(extractor);
        if (file.TryGet(Description, out var own))
            using (own) return ReadOwn(file, ReferenceDescription.Read(own), identity, extractor.SpatialWidth, neighbourhoodLimit);
        var name = Path.GetFileName(path);
        var hasStatistics = file.Names.Contains(Mean);
        if (!hasStatistics && !file.Names.Contains(Images))
            throw new InvalidNumpyFileException($"'{name}' has neither statistics ('{Mean}' and '{Covariance}') nor images ('{Images}'); give a reference of this library or of the reference evaluator, or a batch of samples.");
        var (pooled, spatial) = hasStatistics ? ReadStatistics(file, name, identity, extractor.SpatialWidth) : default;
        var images = hasStatistics && neighbourhoodLimit == 0 || !file.Names.Contains(Images) ? null : See(file, extractor, neighbourhoodLimit, most: hasStatistics ? neighbourhoodLimit : long.MaxValue, progress, cancellation);
        return new ReferenceStatistics
        {
            Name = name, Hash = HashOf(path), Extractor = hasStatistics ? ExtractorIdentity.Foreign with { Width = identity.Width } : identity, ImageWidth = images?.ImageWidth ?? 0, ImageHeight = images?.ImageHeight ?? 0,
            Pooled = pooled ?? images!.PooledStatistics(), Spatial = hasStatistics ? spatial : images!.SpatialStatistics(), Neighbourhood = images?.Neighbourhood ?? default,
        };
    }

    /// <summary>Images that <see cref="Read"/> will send through the network.</summary>
    public static long ImagesToSee(string path, int neighbourhoodLimit)
    {
        using var file = NpzFile.Open(path);
        if (file.Names.Contains(Description) || !file.TryGet(Images, out var images)) return 0;
        using (images) return Math.Min(images.Header.Shape is [var count, ..] ? count : 0, file.Names.Contains(Mean) ? neighbourhoodLimit : long.MaxValue);
    }

    private static ReferenceStatistics ReadOwn(NpzFile file, ReferenceDescription description, ExtractorIdentity samples, int spatialWidth, int neighbourhoodLimit)
    {
        ReferenceStatistics.RequireExtractor(description.Name, description.Extractor, samples);
        return new ReferenceStatistics
        {
            Name = description.Name, Hash = description.Hash, Extractor = description.Extractor, ImageWidth = description.ImageWidth, ImageHeight = description.ImageHeight, Crop = description.Crop,
            Pooled = ReadGaussian(file, Mean, Covariance, samples.Width, description.Count),
            Spatial = ReadSpatial(file, spatialWidth, description.Count),
            Neighbourhood = ReadFeatures(file, samples.Width, neighbourhoodLimit),
        };
    }

    private static (FeatureStatistics Pooled, FeatureStatistics? Spatial) ReadStatistics(NpzFile file, string name, ExtractorIdentity samples, int spatialWidth)
    {
        using (var mean = file.Get(Mean).Require(-1))
            ReferenceStatistics.RequireExtractor(name, ExtractorIdentity.Foreign with { Width = (int)Math.Min(int.MaxValue, mean.Header.Count) }, samples);
        return (ReadGaussian(file, Mean, Covariance, samples.Width, count: null), ReadSpatial(file, spatialWidth, count: null));
    }

    private static FeatureStatistics? ReadSpatial(NpzFile file, int width, long? count) => width > 0 && file.Names.Contains(SpatialMean) ? ReadGaussian(file, SpatialMean, SpatialCovariance, width, count) : null;

    private static FeatureStatistics ReadGaussian(NpzFile file, string mean, string covariance, int width, long? count)
    {
        return new(Read(mean, width), Read(covariance, width, width), count);

        double[] Read(string name, params ReadOnlySpan<long> shape)
        {
            using var reader = file.Get(name).Require(shape);
            var numbers = reader.ReadDoubles(FeatureMoments.MaximumWidth * (long)FeatureMoments.MaximumWidth);
            reader.RequireFinite<double>(numbers);
            return numbers;
        }
    }

    private static float[] ReadFeatures(NpzFile file, int width, int limit)
    {
        if (limit == 0 || !file.TryGet(Features, out var reader)) return [];
        using (reader)
        {
            var features = reader.Require(-1, width).ReadFloats(Array.MaxLength);
            reader.RequireFinite<float>(features);
            return features.Length <= (long)limit * width ? features : features[..(limit * width)];
        }
    }

    // The images of an archive, one by one.
    private static ImageSetStatistics See(NpzFile file, FeatureExtractor extractor, int neighbourhoodLimit, long most, IProgress<long>? progress, CancellationToken cancellation)
    {
        using var reader = file.Get(Images).Require(-1, -1, -1, 3);
        var (rows, set) = (reader.Rows(), new ImageSetStatistics(extractor, neighbourhoodLimit));
        foreach (var image in SampleArchive.Read(rows))
        {
            cancellation.ThrowIfCancellationRequested();
            set.Add(image);
            progress?.Report(set.Count);
            if (set.Count == most) break;
        }
        return set;
    }

    private static string HashOf(string path)
    {
        using var stream = NpzFile.OpenFile(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream))[..ContentHash.Length];
    }
}
