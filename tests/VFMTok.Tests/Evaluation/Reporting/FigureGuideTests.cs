using VFMTok.Evaluation;
using VFMTok.Evaluation.Reporting;

namespace VFMTok.Tests.Evaluation.Reporting;

public sealed class FigureGuideTests
{
    [Theory]
    [InlineData("FID", "FID", -1)]
    [InlineData("sFID", "sFID", -1)]
    [InlineData("rFID", "rFID", -1)]
    [InlineData("rIS", "rIS", 1)]
    [InlineData("FD-Tiny", "FD-Tiny", -1)]
    [InlineData("rsFD-Tiny", "rsFD-Tiny", -1)]
    [InlineData(FigureNames.Recall, "recall", 1)]
    [InlineData(FigureNames.ReferenceSsim, "SSIM, as in the paper's code", 1)]
    [InlineData(FigureNames.PerceptualDistance, "LPIPS", -1)]
    [InlineData("rest", "rest", 0)]
    public void Every_figure_has_a_label_and_a_direction(string name, string label, int better)
    {
        var meaning = FigureGuide.Of(name);
        Assert.Equal((label, better), (meaning.Label, meaning.Better));
        Assert.Equal(better == 0, meaning.Text.Length == 0);
    }

    [Fact]
    public void Figures_of_reconstructions_speak_of_originals() =>
        Assert.Equal("Frechet distance between the features of the reconstructions and of the originals, as sets: quality and variety in one number.", FigureGuide.Of("rFID").Text);

    [Fact]
    public void Values_have_the_digits_that_tables_have() =>
        Assert.Equal("FID 2.10; IS 230.1; precision 0.820; recall 0.600; PSNR, dB 20.60; codebook usage 99.5 %; rFD-Tiny 0.1234", FigureGuide.Line(new OrderedDictionary<string, double>
            { ["FID"] = 2.1, ["IS"] = 230.12, ["precision"] = 0.82, ["recall"] = 0.6, ["psnrDb"] = 20.6, ["codebookUsage"] = 0.995, ["rFD-Tiny"] = 0.12341 }));
}
