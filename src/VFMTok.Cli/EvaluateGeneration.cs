using System.CommandLine;
using VFMTok.Evaluation;
using VFMTok.Runtime;

namespace VFMTok.Cli;

/// <summary><c>vfmtok evaluate generation</c>: drawn images against real ones.</summary>
internal static class EvaluateGeneration
{
    public static Command Create(ToolConsole console)
    {
        var reference = new Option<string>("--reference") { Description = "Real images: a folder, or an .npz of 'vfmtok evaluate statistics' or of the reference evaluator (such as VIRTUAL_imagenet256_labeled.npz).", Required = true };
        var output = new Option<string>("--output") { Description = "Folder for metrics.json, report.html and pictures; made if it is missing.", Required = true };
        var model = new Option<string?>("--model") { Description = "A zip that 'vfmtok train' wrote: its generator draws '--count' samples." };
        var samples = new Option<string?>("--samples") { Description = "Samples that exist: a folder of images, or an .npz whose arr_0 is uint8 [N, H, W, 3]." };
        var size = Options.Number("--size", "Side of the images, pixels: drawn ones are resized to it, others cropped; 0 = as they are. A folder of real images is always cropped to the size of the samples", 0, 0, ReconstructionEvaluatorOptions.LargestSide);
        Option<string> features = EvaluateCommand.Features();
        Option<int> neighbourhoods = EvaluateCommand.Neighbourhoods();
        Option<int?> gpu = EvaluateCommand.Gpu();
        var flags = new DrawingFlags();
        var json = Options.Json();
        var command = new Command("generation", "Measures how far drawn images are from real ones, with one guidance scale or several." + Environment.NewLine +
            "Example: vfmtok evaluate generation --model model.zip --reference photos --count 10000 --guidance 1,1.5,2 --output evaluation" + Environment.NewLine +
            "Example: vfmtok evaluate generation --samples samples.npz --reference VIRTUAL_imagenet256_labeled.npz --features inception.safetensors --output evaluation")
            { reference, output, model, samples, size };
        foreach (var option in flags.All.Concat([features, neighbourhoods, gpu, json])) command.Add(option);
        command.SetAction(parsed =>
        {
            var (drawn, given, folder) = (parsed.GetValue(model), parsed.GetValue(samples), parsed.GetValue(output)!);
            if (drawn is null == given is null) throw new UsageException("Give '--model' and '--count' to draw samples, or '--samples' for samples that exist; see 'vfmtok evaluate generation --help'.");
            if (drawn is null) flags.RequireNone(parsed);
            else (_, _) = (flags.Count(parsed), flags.Settings(parsed)); // wrong usage is told before models are read
            Options.RequireWritable(folder);
            var results = new EvaluationOutput(console, folder, parsed.GetValue(json));
            using var interruption = new Interruption();
            using var extractor = FeatureExtractor.Load(parsed.GetValue(features)!, ComputeDevice.Select(parsed.GetValue(gpu), fallbackToCpu: false));
            using var plan = drawn is null ? SamplePlan.OfSamples(given!, parsed.GetValue(size), results.Warn)
                : SamplePlan.OfModel(console, drawn, parsed.GetValue(gpu), parsed.GetValue(size), flags, parsed);
            new GenerationRun(plan, extractor, parsed.GetValue(reference)!, parsed.GetValue(neighbourhoods), results).Run(interruption.Token);
            return Tool.Done;
        });
        return command;
    }
}
