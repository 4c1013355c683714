using VFMTok.Tokenizer;
using VFMTok.Training;
using VFMTok.Training.Reporting;

namespace VFMTok.Tests.Training.Reporting;

public class RunOptionsTests
{
    [Fact]
    public void Options_become_names_and_values_and_options_within_them_too()
    {
        var table = RunOptions.Describe(new TokenizerTrainingOptions { Steps = 7, LearningRate = 2.5e-4, Adversarial = new() { Width = 8 } });
        Assert.Equal(("7", "0.00025", "L1", "True"), (table["Steps"], table["LearningRate"], table["PixelLoss"], table["Flip"]));
        Assert.Equal(("8", "64", "1, 3"), (table["Adversarial.Width"], table["Config.ImageSize"], table["Config.Levels"]));
        Assert.Equal(TokenizerConfig.Tiny.Foundation.Width.ToString(), table["Config.Foundation.Width"]);
        Assert.DoesNotContain("Foundation", table.Keys); // null
    }

    [Fact]
    public void What_is_no_option_is_left_out() =>
        Assert.Equal(["Name", "Text", "Wait"], RunOptions.Describe(new { Name = 1, Text = "a", Call = new Action(() => { }), Wait = TimeSpan.FromMinutes(90), Others = new object[] { 1, new() }, None = (string?)null }).Keys);
}
