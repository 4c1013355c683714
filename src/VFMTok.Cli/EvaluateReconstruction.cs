using System.CommandLine;
using VFMTok.Evaluation;
using VFMTok.Evaluation.Reporting;
using VFMTok.Imaging;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using VFMTok.Training.Reporting;

namespace VFMTok.Cli;

/// <summary><c>vfmtok evaluate reconstruction</c>: what a tokenizer keeps of images.</summary>
internal static class EvaluateReconstruction
{
    private const string Pairs = "pairs.png";

    public static Command Create(ToolConsole console)
    {
        var model = new Option<string>("--model") { Description = "A zip that 'vfmtok train' wrote, or a tokenizer's safetensors file.", Required = true };
        var images = new Option<string>("--images") { Description = "Folder of images that the tokenizer has not learned from; class folders are searched.", Required = true };
        var output = new Option<string>("--output") { Description = "Folder for metrics.json, report.html and pairs.png; made if it is missing.", Required = true };
        Option<string> features = EvaluateCommand.Features();
        var lpips = new Option<string?>("--lpips") { Description = "Weights of LPIPS, as 'vfmtok import --perceptual' writes them; without it LPIPS is not measured." };
        var resize = Options.Number("--resize", "Side to which images are resized before they are measured, pixels; 0 = not at all, the paper takes 256", 0, 0, ReconstructionEvaluatorOptions.LargestSide);
        var count = Options.Number("--count", "Images, spread evenly over the folder; 0 = all", 0, 0, int.MaxValue);
        var precision = Options.Precision();
        Option<int?> gpu = EvaluateCommand.Gpu();
        var json = Options.Json();
        var command = new Command("reconstruction", "Measures how close reconstructions are to their originals, one by one and as a set, and how the codebook is used." + Environment.NewLine +
            "Example: vfmtok evaluate reconstruction --model model.zip --images photos --output evaluation") { model, images, output, features, lpips, resize, count, precision, gpu, json };
        command.SetAction(parsed =>
        {
            var (path, number) = (parsed.GetValue(model)!, parsed.GetValue(precision));
            Options.RequireWritable(parsed.GetValue(output)!);
            var results = new EvaluationOutput(console, parsed.GetValue(output)!, parsed.GetValue(json));
            using var interruption = new Interruption();
            var device = ComputeDevice.Select(parsed.GetValue(gpu), fallbackToCpu: false);
            using var file = TokenizerFile.Open(console, path, parsed.GetValue(gpu));
            using var extractor = FeatureExtractor.Load(parsed.GetValue(features)!, device);
            using var distance = parsed.GetValue(lpips) is { } weights ? PerceptualDistance.Load(weights, device) : null;
            var (tokenizer, side) = (file.Model, file.Model.Config.ImageSize);
            using var source = new FolderImages(parsed.GetValue(images)!, side, parsed.GetValue(count), results.Warn);
            var options = new ReconstructionEvaluatorOptions { Extractor = extractor, PerceptualDistance = distance, CodebookSize = tokenizer.Config.CodebookSize, ResizeTo = parsed.GetValue(resize) };
            var (evaluator, pairs) = (new ReconstructionEvaluator(options), new ReconstructionPairs(source.Count));
            EvaluationProgress.Run(results.Progress, progress =>
            {
                foreach (var image in EvaluationProgress.Follow(source.Read(interruption.Token), "reconstruction", source.Count, progress, interruption.Token))
                    if (image.Image is { } original) Measure(tokenizer, original, image.Name, number, evaluator, pairs);
            });
            if (evaluator.Count < 2) throw new ArgumentException($"The distance of reconstructions from their originals needs two images at least and '{source.Name}' gave {evaluator.Count}; give more images.");
            var scores = evaluator.ToScores(source.Name);
            var protocol = new EvaluationProtocol
            {
                Task = EvaluationProtocol.Reconstruction, Crop = EvaluateCommand.CenterCrop(side), Resize = options.ResizeText, ImageCount = scores.Count, Precision = number.ToString(),
                ClassBalance = source.Count < source.Found ? $"{source.Count} of {source.Found} images, spread evenly over the folder" : "all images of the folder", Extractor = ExtractorIdentity.Of(extractor),
                Reference = source.Name, ReferenceHash = evaluator.OriginalsHash, ReferenceCount = scores.Count, PerceptualHash = distance?.Hash, TokenizerHash = tokenizer.Hash,
            };
            ImageWriter.SavePng(pairs.ToGrid(), results.Path(Pairs));
            results.Add(new EvaluationResult("reconstruction", scores.Figures, protocol, scores.Cautions, $"reconstructions of '{source.Name}' by {Path.GetFileName(path)}", null));
            EvaluationReport.Write(results.Path(EvaluateCommand.Report), $"Reconstruction: {Path.GetFileName(path)}", $"{scores.Count} images of '{source.Name}' through {tokenizer.Config.SlotCount} tokens each and back.",
                results.Results, [.. pairs.Sections(), CodebookSection(evaluator.Codebook!)]);
            results.Finish(Pairs);
            return Tool.Done;
        });
        return command;
    }

    // One by one, as 'vfmtok reconstruct' does: codes that are nearly tied may depend on the size of a batch.
    private static void Measure(VfmTokenizerModel tokenizer, RgbImage original, string name, Precision precision, ReconstructionEvaluator evaluator, ReconstructionPairs pairs)
    {
        var tokens = TokenizeCommand.Encode(tokenizer, original, precision);
        var reconstruction = TokenizeCommand.Decode(tokenizer, tokens, precision);
        pairs.Add(name, evaluator.Add(original, reconstruction, tokens), original, reconstruction);
    }

    private static ReportSection CodebookSection(CodebookStatistics codes) => new("Codebook", "How often each code occurs. A codebook in good use falls gently and reaches far to the right; the dashed line is where it would run if all codes were equally frequent.")
    {
        Charts = [new("times that a code occurs", $"{codes.Used} of {codes.Counts.Count} codes, {Readable.Number(codes.Total)} tokens", FrequencyChart.Draw(codes.Counts, 1080, 260), IsWide: true)],
    };
}
