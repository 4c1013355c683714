using System.CommandLine;
using VFMTok.Evaluation;

namespace VFMTok.Cli;

/// <summary><c>vfmtok evaluate</c>: figures that say how good a model is, with all that they depend on.</summary>
internal static class EvaluateCommand
{
    /// <summary>Files in the output folder.</summary>
    public const string Metrics = "metrics.json", Report = "report.html";

    public static Command Create(ToolConsole console) => new("evaluate", "Measures a model: 'reconstruction' its tokenizer, 'generation' its pictures against real ones, 'statistics' prepares a set of real ones." + Environment.NewLine +
        "The distance of two sets of images bears the name of the network that sees them, such as FD-Tiny. FID, sFID and IS need the weights of Inception-v3, which are not shipped:" + Environment.NewLine +
        "vfmtok import --inception pt_inception-2015-12-05-6726825d.pth --output weights; then --features weights/inception.safetensors.")
        { EvaluateReconstruction.Create(console), EvaluateGeneration.Create(console), EvaluateStatistics.Create(console) };

    public static Option<string> Features() => new("--features")
    {
        Description = $"Network that sees the images: Inception-v3 for FID (what 'vfmtok import --inception' writes), a foundation model, or '{FeatureExtractor.TinyName}', which is shipped and gives FD-Tiny (default {FeatureExtractor.TinyName}).",
        DefaultValueFactory = _ => FeatureExtractor.TinyName,
    };

    public static Option<int> Neighbourhoods() =>
        Options.Number("--neighbourhoods", "Images, the first ones of each set, whose features give precision and recall; 0 = neither figure", ImageSetStatistics.DefaultNeighbourhoodLimit, 0, 10_000_000);

    public static Option<int?> Gpu() => new("--gpu") { Description = "Index of the GPU; default: the CPU." };

    /// <summary>How a center crop is called in a protocol.</summary>
    public static string CenterCrop(int side) => $"center {side} px";
}
