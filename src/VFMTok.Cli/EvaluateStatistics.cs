using System.CommandLine;
using VFMTok.Evaluation;
using VFMTok.Runtime;

namespace VFMTok.Cli;

/// <summary><c>vfmtok evaluate statistics</c>: a folder of real images to a reference file.</summary>
internal static class EvaluateStatistics
{
    public static Command Create(ToolConsole console)
    {
        var images = new Option<string>("--images") { Description = "Folder of real images; class folders are searched.", Required = true };
        var size = new Option<int>("--size") { Description = "Side of the center crop, pixels: that of the samples to come.", Required = true };
        var output = new Option<string>("--output") { Description = "The .npz file to write.", Required = true };
        Option<string> features = EvaluateCommand.Features();
        Option<int> neighbourhoods = EvaluateCommand.Neighbourhoods();
        Option<int?> gpu = EvaluateCommand.Gpu();
        var json = Options.Json();
        var command = new Command("statistics", "Writes what 'vfmtok evaluate generation --reference' needs of a set of real images, so that they are looked at once." + Environment.NewLine +
            "Example: vfmtok evaluate statistics --images photos --size 64 --output photos.npz") { images, size, output, features, neighbourhoods, gpu, json };
        command.SetAction(parsed =>
        {
            var (path, side) = (parsed.GetValue(output)!, parsed.GetValue(size));
            if (side is < 1 or > ReconstructionEvaluatorOptions.LargestSide) throw new UsageException($"--size is {side}; allowed are 1 to {ReconstructionEvaluatorOptions.LargestSide} pixels.");
            if (!path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase)) throw new UsageException($"--output is '{path}'; give a file whose name ends in '.npz'.");
            Options.RequireFile(path);
            using var interruption = new Interruption();
            using var extractor = FeatureExtractor.Load(parsed.GetValue(features)!, ComputeDevice.Select(parsed.GetValue(gpu), fallbackToCpu: false));
            using var source = new FolderImages(parsed.GetValue(images)!, side, 0, line => console.Error.WriteLine("warning: " + line));
            ReferenceStatistics? reference = null;
            EvaluationProgress.Run(parsed.GetValue(json) ? null : console.Output, progress => reference =
                ReferenceStatistics.Of(source.See(extractor, parsed.GetValue(neighbourhoods), source.Name, progress, interruption.Token), source.Name, EvaluateCommand.CenterCrop(side)));
            reference!.Save(path);
            if (parsed.GetValue(json))
                console.Json(new { output = path, name = reference.Name, count = reference.Count, hash = reference.Hash, crop = reference.Crop, neighbourhoods = reference.NeighbourhoodCount,
                    extractor = new { name = reference.Extractor.Name, hash = reference.Extractor.Hash, distance = reference.Extractor.DistanceName, width = reference.Extractor.Width } });
            else
                console.Output.WriteLine($"{path}: {reference.Count} images, {reference.Crop}, hash {reference.Hash}, features of {reference.Extractor} for {reference.Extractor.DistanceName}, {reference.NeighbourhoodCount} images for precision and recall.");
            return Tool.Done;
        });
        return command;
    }
}
