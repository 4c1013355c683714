using VFMTok.Evaluation;

namespace VFMTok.Tests.Evaluation;

public class FeatureMomentsTests
{
    private const int Width = 5;

    [Fact]
    public void Mean_and_covariance_are_those_of_the_definition_also_of_large_means()
    {
        var rows = Rows(3000, 1000);
        var statistics = Of(rows);
        Assert.Equal(3000, statistics.Count);
        for (var i = 0; i < Width; i++)
        {
            Assert.Equal(Column(rows, i).Average(), statistics.Mean[i], 1e-9);
            for (var j = 0; j < Width; j++)
            {
                double meanI = Column(rows, i).Average(), meanJ = Column(rows, j).Average();
                Assert.Equal(Column(rows, i).Zip(Column(rows, j)).Sum(p => (p.First - meanI) * (p.Second - meanJ)) / 2999, statistics.Covariance[i * Width + j], 1e-9);
            }
        }
    }

    [Fact]
    public void The_sizes_in_which_rows_come_do_not_matter()
    {
        var rows = Rows(2500, 0);
        var pieces = new FeatureMoments(Width);
        for (var first = 0; first < 2500;)
        {
            var size = Math.Min(1 + first % 700, 2500 - first);
            pieces.Add(rows.AsSpan(first * Width, size * Width));
            first += size;
            Assert.Equal(first, pieces.Count);
        }
        Assert.Equal(Of(rows).Covariance, pieces.ToStatistics().Covariance);
        Assert.Equal(Of(rows).Mean, pieces.ToStatistics().Mean);
    }

    [Fact]
    public void Joined_collections_are_the_collection_of_all()
    {
        var rows = Rows(2100, 7);
        FeatureMoments first = new(Width), second = new(Width), empty = new(Width);
        first.Add(rows.AsSpan(0, 600 * Width));
        second.Add(rows.AsSpan(600 * Width));
        empty.Merge(first);
        empty.Merge(second);
        empty.Merge(new FeatureMoments(Width));
        Assert.Equal(2100, empty.Count);
        Assert.All(Of(rows).Covariance.Zip(empty.ToStatistics().Covariance), p => Assert.Equal(p.First, p.Second, 1e-12));
    }

    [Fact]
    public void Bad_input_is_one_sentence()
    {
        var moments = new FeatureMoments(Width);
        Assert.StartsWith("'features' has 7 numbers, which are no whole vectors of 5.", Assert.Throws<ArgumentException>(() => moments.Add(new float[7])).Message);
        Assert.Equal("A covariance needs two images at least and there are none; give more images.", Assert.Throws<InvalidOperationException>(() => moments.ToStatistics()).Message);
        moments.Add(new float[5]);
        Assert.Equal("A covariance needs two images at least and there is one; give more images.", Assert.Throws<InvalidOperationException>(() => moments.ToStatistics()).Message);
        Assert.StartsWith("Features of width 5 and 4 cannot be joined;", Assert.Throws<ArgumentException>(() => moments.Merge(new FeatureMoments(4))).Message);
        Assert.StartsWith("Feature vectors of 0 numbers are out of range;", Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureMoments(0)).Message);
        moments.Add([1, 2, float.NaN, 4, 5]);
        Assert.StartsWith("Feature statistics hold numbers that are not finite;", Assert.Throws<ArgumentException>(() => moments.ToStatistics()).Message);
        Assert.StartsWith("A mean of 2 features needs a covariance of 2 x 2 numbers and was given 3;", Assert.Throws<ArgumentException>(() => new FeatureStatistics([1, 2], [1, 2, 3], 4)).Message);
    }

    private static FeatureStatistics Of(float[] rows)
    {
        var moments = new FeatureMoments(Width);
        moments.Add(rows);
        return moments.ToStatistics();
    }

    private static float[] Rows(int count, float mean)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).SelectMany(_ =>
        {
            var common = random.NextSingle();
            return Enumerable.Range(0, Width).Select(i => mean * i + random.NextSingle() + i * common);
        })];
    }

    private static IEnumerable<double> Column(float[] rows, int column) => Enumerable.Range(0, rows.Length / Width).Select(r => (double)rows[r * Width + column]);
}
