using VFMTok.Evaluation;

namespace VFMTok.Tests.Evaluation;

public class FeatureStoreTests
{
    [Theory]
    [InlineData(0, 1000)]
    [InlineData(7, 1000)]
    [InlineData(700, 1000)]
    [InlineData(5000, 1000)]
    public void It_keeps_the_first_vectors(int limit, int count)
    {
        var (store, all) = (new FeatureStore(3, limit), Enumerable.Range(0, 3 * count).Select(i => (float)i).ToArray());
        for (var first = 0; first < count; first += 50) store.Add(all.AsSpan(3 * first, 150));
        Assert.Equal(all[..(3 * Math.Min(limit, count))], store.Features.ToArray());
    }

    [Fact]
    public void A_limit_beyond_an_array_is_one_sentence()
    {
        Assert.StartsWith("Features of -1 images cannot be kept for precision and recall; allowed are 0 (none) to 1048575 of 2048 numbers each.", Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureStore(2048, -1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureStore(2048, 1_100_000));
    }
}
