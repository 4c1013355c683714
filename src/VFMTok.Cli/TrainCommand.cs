using System.CommandLine;
using Microsoft.ML;
using VFMTok.ML;
using VFMTok.Tokenizer;
using VFMTok.Training;

namespace VFMTok.Cli;

/// <summary><c>vfmtok train</c>: a folder of images to a model zip.</summary>
internal static class TrainCommand
{
    public static Command Create(ToolConsole console)
    {
        var images = new Option<string?>("--images") { Description = "Folder with one sub-folder of images per class." };
        var preset = new Option<string>("--preset") { Description = $"Size: {string.Join(", ", TokenizerConfig.Presets.Keys)} (default tiny).", DefaultValueFactory = _ => "tiny" };
        var output = new Option<string>("--output") { Description = "The zip to write.", Required = true };
        var tokenizerFile = new Option<string?>("--tokenizer") { Description = "Train a generator alone, for the tokenizer of this zip or safetensors file." };
        var codes = new Option<string?>("--codes") { Description = "Folder of codes that 'vfmtok encode' made with that tokenizer: no images are read." };
        var augmentation = Options.Augmentation();
        var flags = new TrainingFlags();
        var run = new Option<string>("--run") { Description = "Folder of the training: checkpoints, metrics, pictures, report. The same command goes on from there if it was cut off (default: OUTPUT without '.zip', plus '-training')." };
        var gpu = new Option<int?>("--gpu") { Description = "Index of the GPU; default: the CPU." };
        var json = Options.Json();
        var command = new Command("train", "Trains a tokenizer and a generator on a folder of images." + Environment.NewLine + "Example: vfmtok train --images photos --preset tiny --output model.zip")
            { images, preset, output, tokenizerFile, codes, augmentation, run, gpu, json };
        foreach (var flag in flags.All) command.Add(flag);
        command.SetAction(parsed =>
        {
            if (!TokenizerConfig.Presets.TryGetValue(parsed.GetValue(preset)!, out var tokenizer))
                throw new UsageException($"There is no preset '{parsed.GetValue(preset)}'; allowed are {string.Join(", ", TokenizerConfig.Presets.Keys)}.");
            var (folderOfImages, folderOfCodes) = (parsed.GetValue(images), parsed.GetValue(codes));
            if (folderOfImages is null && folderOfCodes is null) throw new UsageException("Give '--images', or '--codes' and '--tokenizer'; see 'vfmtok train --help'.");
            if (folderOfCodes is not null && parsed.GetValue(tokenizerFile) is null) throw new UsageException("'--codes' needs '--tokenizer', the model that made the codes.");
            var path = parsed.GetValue(output)!;
            Options.RequireFile(path);
            var folder = parsed.GetValue(run) ?? Path.ChangeExtension(path, null) + "-training";
            var ml = console.Context(flags.Seed(parsed), parsed.GetValue(gpu));
            using var given = parsed.GetValue(tokenizerFile) is { } file ? TokenizerFile.Open(console, file, parsed.GetValue(gpu)) : null;
            using var foundation = given is null ? flags.Foundation(parsed) : null;
            var isTiny = tokenizer == TokenizerConfig.Tiny;
            var tokenize = new VfmTokenizeOptions { Training = isTiny || given is not null ? new() { Foundation = foundation } : TokenizerTrainingOptions.Paper(foundation!, null, null) };
            var generate = flags.Generator(parsed, isTiny);
            (generate.Augmentation, generate.Codes) = (parsed.GetValue(augmentation), folderOfCodes);
            (tokenize.Training.Config, tokenize.Training.Folder, generate.Training.Folder) = (tokenizer, folder, folder);
            flags.Apply(parsed, tokenize.Training);
            if (given is null) Options.RequireUsable(tokenize.Training.Validate);
            Options.RequireUsable(generate.Validate);
            using var interruption = new Interruption();
            (tokenize.Cancellation, generate.Cancellation) = (interruption.Token, interruption.Token);
            var data = folderOfImages is null ? Classes(ml, folderOfCodes!) : ml.Data.LoadFromVfmImageFolder(folderOfImages);
            Train(ml, data, path, given is null ? ml.Transforms.VfmTokenize("Tokens", "Path", tokenize) : ml.Transforms.VfmTokenize("Tokens", "Path", given.Model), tokenize, generate, parsed.GetValue(json), console);
            foreach (var phase in new[] { "tokenizer", "generator" }) CheckpointFolder.Clear(folder, phase); // the zip is written: nothing is left to go on with
            if (given is null) CodeCache.Clear(Path.Combine(folder, "codes")); // the next tokenizer has others
            if (!parsed.GetValue(json)) console.Output.WriteLine($"{folder}: curves and pictures of the training in {(given is null ? "tokenizer-report.html and " : "")}generator-report.html.");
            return Tool.Done;
        });
        return command;
    }

    // A row for each class: what is learned from is in the cache.
    private static IDataView Classes(MLContext ml, string codes) => ml.Data.LoadFromEnumerable(CodeManifest.Load(codes).ClassNames.Select(name => new ClassRow { Label = name }).ToArray());

    private static void Train(MLContext ml, IDataView data, string path, VfmTokenizeEstimator tokens, VfmTokenizeOptions tokenize, VfmGenerateOptions generate, bool json, ToolConsole console)
    {
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(tokens)
            .Append(ml.Transforms.VfmDetokenize("Reconstruction", "Tokens"))
            .Append(ml.Transforms.VfmClassToImage("Sample", "Label", "Tokens", generate));
        ITransformer? model = null;
        TrainingDisplay.Run(json ? null : console.Output, progress =>
        {
            (tokenize.Progress, generate.Progress) = (progress, progress);
            model = pipeline.Fit(data);
        });
        using var chain = (IDisposable)model!;
        Runtime.AtomicFile.Write(path, stream => ml.Model.Save(model, data.Schema, stream));
        var last = (VfmClassToImageTransformer)((IEnumerable<ITransformer>)model!).Last();
        if (json) console.Json(new { output = path, tokenizer = last.Tokenizer.Hash, generator = last.Generator.Hash, classes = last.Generator.ClassNames });
        else console.Output.WriteLine($"{path}: {last.Generator.ClassNames.Count} classes ({string.Join(", ", last.Generator.ClassNames.Take(20))}), {last.Tokenizer.Config.SlotCount} tokens per image.");
    }

    private sealed class ClassRow
    {
        public string Path { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
