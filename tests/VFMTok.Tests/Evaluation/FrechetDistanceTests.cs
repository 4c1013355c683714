using VFMTok.Evaluation;

namespace VFMTok.Tests.Evaluation;

public class FrechetDistanceTests
{
    [Fact]
    public void Known_Gaussians_have_the_distance_of_the_closed_form()
    {
        // Diagonal covariances: |m1 - m2|^2 + sum of (s1 - s2)^2.
        FeatureStatistics first = new([1, 2, 3], [4, 0, 0, 0, 9, 0, 0, 0, 1], 100), second = new([0, 2, 5], [1, 0, 0, 0, 16, 0, 0, 0, 1], 100);
        var distance = FrechetDistance.Between(first, second);
        Assert.Equal(5 + 1 + 1 + 0, distance.Value, 1e-12);
        Assert.Equal(5, distance.MeanTerm, 1e-12);
        Assert.False(distance.IsSingular);

        // Two dimensions: tr (S1 S2)^(1/2) = sqrt(tr(S1 S2) + 2 sqrt(det S1 det S2)).
        first = new([0, 0], [2, 0.6, 0.6, 1], 100);
        second = new([0, 0], [1, -0.4, -0.4, 3], 100);
        var (product, determinants) = (2 - 0.24 - 0.24 + 3, (2 - 0.36) * (3 - 0.16));
        Assert.Equal(2 + 1 + 1 + 3 - 2 * Math.Sqrt(product + 2 * Math.Sqrt(determinants)), FrechetDistance.Between(first, second).Value, 1e-12);
    }

    [Theory]
    [InlineData(500, 40)]
    [InlineData(12, 40)]
    public void Identical_sets_are_at_distance_0_however_large_their_features(int count, int width)
    {
        foreach (var scale in new[] { 1e-3f, 1, 1e4f })
        {
            var statistics = Draws(count, width, 1, scale);
            var distance = FrechetDistance.Between(statistics, statistics);
            Assert.InRange(distance.Value / (scale * scale), 0, 1e-9);
            Assert.Equal(count <= width, distance.IsSingular);
        }
    }

    [Fact]
    public void Fewer_samples_than_dimensions_are_handled_and_flagged()
    {
        FeatureStatistics few = Draws(10, 64, 1), many = Draws(2000, 64, 2);
        var distance = FrechetDistance.Between(few, many);
        Assert.True(distance.IsSingular);
        Assert.Equal((9, 64), (distance.FirstRank, distance.SecondRank));
        Assert.InRange(distance.Value, 70, 100); // 64 + 64 - 2 * 9 * sqrt(64 / 9), and of the means 64 / 10: nearly all of it is the small number of samples
        Assert.InRange(FrechetDistance.Between(Draws(2000, 64, 3), many).Value, 0, 3);
        Assert.Equal(distance.Value, FrechetDistance.Between(many, few).Value, 1e-9);
    }

    [Fact]
    public void Sets_without_any_variance_differ_by_their_means()
    {
        FeatureStatistics first = new([1, 2], new double[4], 5), second = new([1, 5], new double[4], 5);
        var distance = FrechetDistance.Between(first, second);
        Assert.Equal(9, distance.Value);
        Assert.Equal((0, 0), (distance.FirstRank, distance.SecondRank));
    }

    [Fact]
    public void Bad_input_is_one_sentence()
    {
        var ok = new FeatureStatistics([1, 2], [1, 0, 0, 1], 5);
        Assert.StartsWith("Features of width 2 and 1 cannot be compared; use the same feature extractor for both sets.",
            Assert.Throws<ArgumentException>(() => FrechetDistance.Between(ok, new FeatureStatistics([1], [1], 5))).Message);
        Assert.StartsWith("The covariance has a variance of -3 in one direction, which none can have;",
            Assert.Throws<ArgumentException>(() => FrechetDistance.Between(ok, new FeatureStatistics([1, 2], [1, 0, 0, -3], 5))).Message);
    }

    private static FeatureStatistics Draws(int count, int width, int seed, float scale = 1)
    {
        var (random, moments) = (new Random(seed), new FeatureMoments(width));
        moments.Add(Enumerable.Range(0, count * width).Select(_ => scale * (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2) * 1.7320508f).ToArray());
        return moments.ToStatistics();
    }
}
