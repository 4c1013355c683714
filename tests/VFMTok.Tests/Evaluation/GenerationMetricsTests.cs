using VFMTok.Evaluation;

namespace VFMTok.Tests.Evaluation;

public sealed class GenerationMetricsTests : IDisposable
{
    private readonly FeatureExtractor _tiny = FeatureExtractor.Tiny();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Identical_sets_are_at_distance_0_and_cover_each_other()
    {
        var metrics = GenerationMetrics.Compare(Set(30, 1), ReferenceStatistics.Of(Set(30, 1), "same"));
        Assert.InRange(metrics.Distance.Value, 0, 1e-3);
        Assert.Equal((1.0, 1.0, "FD-Tiny", 30L), (metrics.Precision, metrics.Recall, metrics.DistanceName, metrics.Count));
        Assert.Equal(["FD-Tiny", "precision", "recall"], metrics.Figures.Keys);
        Assert.Equal(metrics.Distance.Value, metrics.Figures["FD-Tiny"]);
    }

    [Fact]
    public void Figures_are_those_of_their_parts()
    {
        ImageSetStatistics samples = Set(30, 1), real = Set(25, 2);
        var metrics = GenerationMetrics.Compare(samples, ReferenceStatistics.Of(real, "real"));
        Assert.Equal(FrechetDistance.Between(samples.PooledStatistics(), real.PooledStatistics()), metrics.Distance);
        Assert.Equal(PrecisionRecall.Of(real.Neighbourhood.Span, samples.Neighbourhood.Span, 96), new PrecisionRecall(metrics.Precision!.Value, metrics.Recall!.Value));
        Assert.True(metrics.Distance.Value > 0);
        Assert.Null(metrics.SpatialDistance);
        Assert.Null(metrics.InceptionScore);
    }

    [Fact]
    public void A_reader_is_warned_of_what_misleads()
    {
        var metrics = GenerationMetrics.Compare(Set(3, 1), ReferenceStatistics.Of(Set(30, 2, size: 32), "small"));
        Assert.Null(metrics.Precision);
        Assert.Equal(
        [
            "Only 3 images: of fewer than 10000 the FD-Tiny comes out too large; compare with figures of the same number only.",
            "The reference 'small' has only 30 images, fewer than 10000; compare with figures against the same reference only.",
            $"FD-Tiny is no FID: its features are those of Tiny ({_tiny.Hash}); compare with figures of the same network only.",
            "The FD-Tiny rests on a singular covariance (rank 2 of 96 of the samples, 29 of the reference), so it depends much on the number of images; use more images than 96.",
            "The samples have 64 x 64 pixels and the reference 'small' 32 x 32; resampling alone then makes a distance.",
            "There are no precision and recall: they need more than 3 images on both sides and there are features of 3 samples and 30 references.",
        ], metrics.Cautions);
    }

    [Fact]
    public void Precision_and_recall_that_nobody_asked_for_are_not_missed()
    {
        var set = new ImageSetStatistics(_tiny, neighbourhoodLimit: 0);
        set.Add(DrawnImages.Of(10));
        var metrics = GenerationMetrics.Compare(set, ReferenceStatistics.Of(Set(10, 2), "real"));
        Assert.Null(metrics.Recall);
        Assert.DoesNotContain(metrics.Cautions, c => c.Contains("recall"));
    }

    [Fact]
    public void Bad_input_is_one_sentence()
    {
        var reference = ReferenceStatistics.Of(Set(5, 1), "real");
        Assert.Equal("A distance needs two samples at least and there are none; give more images.", Assert.Throws<InvalidOperationException>(() => GenerationMetrics.Compare(Set(0, 1), reference)).Message);
        Assert.Equal("A distance needs two samples at least and there is one; give more images.", Assert.Throws<InvalidOperationException>(() => GenerationMetrics.Compare(Set(1, 1), reference)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => GenerationMetrics.Compare(Set(5, 1), reference, neighbours: 0));
    }

    private ImageSetStatistics Set(int count, int seed, int size = 64)
    {
        var set = new ImageSetStatistics(_tiny);
        set.Add(DrawnImages.Of(count, size, seed));
        return set;
    }
}
