using VFMTok.Evaluation;

namespace VFMTok.Tests.Evaluation;

public class CodebookStatisticsTests
{
    [Fact]
    public void Usage_counts_codes_and_perplexity_their_evenness()
    {
        var statistics = new CodebookStatistics(8);
        Assert.Equal((0, 0.0, 0.0, 0L), (statistics.Used, statistics.Usage, statistics.Perplexity, statistics.Total));
        statistics.Add([0, 1, 2, 3]);
        Assert.Equal((4, 0.5, 4L), (statistics.Used, statistics.Usage, statistics.Total));
        Assert.Equal(4, statistics.Perplexity, 1e-12);
        statistics.Add([0, 0, 0, 0]);
        Assert.Equal([5L, 1, 1, 1, 0, 0, 0, 0], statistics.Counts);
        Assert.Equal(Math.Exp(-(5 / 8.0 * Math.Log(5 / 8.0) + 3 / 8.0 * Math.Log(1 / 8.0))), statistics.Perplexity, 1e-12);
    }

    [Fact]
    public void Bad_input_is_one_sentence()
    {
        Assert.StartsWith("Token 8 is out of range; allowed are 0 to 7.", Assert.Throws<ArgumentOutOfRangeException>(() => new CodebookStatistics(8).Add([1, 8])).Message);
        Assert.StartsWith("A codebook of 0 codes is out of range;", Assert.Throws<ArgumentOutOfRangeException>(() => new CodebookStatistics(0)).Message);
    }
}
