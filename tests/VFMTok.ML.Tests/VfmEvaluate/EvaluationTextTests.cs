using Microsoft.ML;
using VFMTok.Evaluation;

namespace VFMTok.ML.Tests.VfmEvaluate;

public class EvaluationTextTests
{
    [Fact]
    public void Figures_protocol_and_cautions_are_lines()
    {
        var protocol = new EvaluationProtocol { Task = EvaluationProtocol.Reconstruction, ImageCount = 2 };
        Assert.Equal(["ssim: 0.123457", .. protocol.Describe(), "caution: Few."],
            EvaluationText.Of(new Dictionary<string, double> { ["ssim"] = 0.1234567 }, protocol, ["Few."]).Split(Environment.NewLine));
    }

    [Fact]
    public void Results_say_all_that_they_hold()
    {
        var ml = new MLContext(seed: 1);
        var rows = ml.Data.LoadFromEnumerable(new[] { Pictures.Pair(1, 2), Pictures.Pair(3, 4) });
        var reconstruction = ml.VfmEvaluateReconstruction(rows).ToString();
        Assert.StartsWith("psnrDb: ", reconstruction);
        Assert.Contains("task: reconstruction", reconstruction);
        var generation = ml.VfmEvaluateGeneration(rows, rows, "Image").ToString();
        Assert.StartsWith("FD-Tiny: ", generation);
        Assert.Contains("caution: Only 2 images", generation);
    }
}
