using VFMTok.Training;
using VFMTok.Training.Reporting;

namespace VFMTok.Tests.Training.Reporting;

public class ReadableTests
{
    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(59 * 60 + 59, "59:59")]
    [InlineData(3600, "1:00:00")]
    [InlineData(49 * 3600 + 62, "49:01:02")]
    public void Durations(int seconds, string text) => Assert.Equal(text, Readable.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.012341, "0.01234")]
    [InlineData(12.346, "12.35")]
    [InlineData(-9999, "-9999")]
    [InlineData(123456.7, "123,457")]
    [InlineData(2e-5, "2e-05")]
    [InlineData(1.23456e12, "1.235e+12")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void Numbers(double value, string text) => Assert.Equal(text, Readable.Number(value));

    [Theory]
    [InlineData(0.034, "0.03")]
    [InlineData(9.5, "9.5")]
    [InlineData(1234.4, "1234")]
    public void Speeds(double value, string text) => Assert.Equal(text, Readable.Speed(value));

    [Theory]
    [InlineData("gradientNorm", "gradient norm")]
    [InlineData("imagesPerSecond", "images per second")]
    [InlineData("loss", "loss")]
    [InlineData("LPIPS", "LPIPS")]
    public void Names(string name, string words) => Assert.Equal(words, Readable.Words(name));

    [Fact]
    public void A_line_of_progress_has_loss_terms_speed_and_time_left() =>
        Assert.Equal("tokenizer 3/100: loss 0.2500 (pixel 0.125), 0.5 images/s, 26:03:04 left",
            new TrainingProgress("tokenizer", 3, 100, 0.25, new Dictionary<string, double> { ["pixel"] = 0.125 }, 0.5, new TimeSpan(26, 3, 4)).ToString());

    [Fact]
    public void Where_nothing_is_learned_there_is_no_loss() =>
        Assert.Equal("codes 3/100: 12 images/s, 0:08 left", new TrainingProgress("codes", 3, 100, double.NaN, new Dictionary<string, double>(), 12, TimeSpan.FromSeconds(8)).ToString());
}
