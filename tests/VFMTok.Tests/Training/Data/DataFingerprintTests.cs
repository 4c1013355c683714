using VFMTok.Training;

namespace VFMTok.Tests.Training.Data;

public class DataFingerprintTests
{
    [Fact]
    public void It_depends_on_everything_added()
    {
        string Of(string name, long length)
        {
            using var print = new DataFingerprint();
            return print.Add(name).Add(length).Finish(3);
        }
        Assert.Equal(Of("a", 1), Of("a", 1));
        Assert.Matches("^3 images, [0-9a-f]{16}$", Of("a", 1));
        Assert.Equal(3, new HashSet<string> { Of("a", 1), Of("b", 1), Of("a", 2) }.Count);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1024, 1024)]
    [InlineData(1_281_167, 1024)]
    [InlineData(int.MaxValue, 1024)]
    public void A_sample_is_spread_over_the_set(int count, int expected)
    {
        var sample = DataFingerprint.Sample(count).ToArray();
        Assert.Equal(expected, sample.Distinct().Count());
        Assert.Equal((0, count - 1), (sample[0], sample[^1]));
    }
}
