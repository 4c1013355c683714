using System.CommandLine;
using VFMTok.Generation;
using VFMTok.Imaging;
using VFMTok.ML;

namespace VFMTok.Cli;

/// <summary><c>vfmtok generate</c>: new images of a class.</summary>
internal static class GenerateCommand
{
    private const int Batch = 16, Columns = 8;

    public static Command Create(ToolConsole console)
    {
        Option<string> model = Options.Model(), output = Options.OutputFolder();
        output.Required = false;
        output.DefaultValueFactory = _ => "generated";
        var name = new Option<string>("--class") { Description = "Name or index of the class.", Required = true };
        var count = Options.Number("--count", "Images", 16, 1, 1_000_000);
        var seed = Options.Number("--seed", "Seed of the first image; the others follow", 1, 0, int.MaxValue - 1_000_000);
        var guidance = new Option<double>("--guidance") { Description = "Classifier-free guidance scale; 1 = none (default 1).", DefaultValueFactory = _ => 1 };
        var interval = Options.Number("--interval", "Last guided step; -1 = all", -1, -1, int.MaxValue);
        var temperature = new Option<double>("--temperature") { Description = "Divides the logits (default 1).", DefaultValueFactory = _ => 1 };
        var topK = Options.Number("--top-k", "Only the k likeliest tokens; 0 = all", 0, 0, int.MaxValue);
        var topP = new Option<double>("--top-p") { Description = "Only the likeliest tokens up to this mass (default 1).", DefaultValueFactory = _ => 1 };
        var json = Options.Json();
        var command = new Command("generate", "Draws new images of a class, and grid.png with all of them." + Environment.NewLine +
            "Example: vfmtok generate --model model.zip --class cat --count 16 --guidance 1.5 --seed 1 --output out") { model, name, count, guidance, seed, output, temperature, topK, topP, interval, json };
        command.SetAction(parsed =>
        {
            var sampling = new SamplingOptions
            {
                GuidanceScale = parsed.GetValue(guidance), GuidanceInterval = parsed.GetValue(interval), Temperature = parsed.GetValue(temperature),
                TopK = parsed.GetValue(topK), TopP = parsed.GetValue(topP),
            };
            try { sampling.Validate(); }
            catch (ArgumentException e) { throw new UsageException(e.Message); }
            var folder = parsed.GetValue(output)!;
            Options.RequireWritable(folder);
            using var zip = VfmModelZip.Load(console.Context(), parsed.GetValue(model)!);
            var tokenizer = TokenizeCommand.Require(zip, parsed.GetValue(model)!);
            var generator = zip.Generator ?? throw new InvalidDataException($"'{parsed.GetValue(model)}' holds no generator; give a model that 'vfmtok train' wrote.");
            var label = Find(generator, parsed.GetValue(name)!);
            var images = new List<RgbImage>();
            for (var first = 0; first < parsed.GetValue(count); first += Batch)
            {
                var size = Math.Min(Batch, parsed.GetValue(count) - first);
                var tokens = new int[size * generator.Config.TokenCount];
                var seeds = Enumerable.Range(0, size).Select(i => (long)parsed.GetValue(seed) + first + i).ToArray();
                generator.Generate(Enumerable.Repeat(label, size).ToArray(), seeds, sampling, tokens);
                for (var i = 0; i < size; i++)
                {
                    var image = TokenizeCommand.Decode(tokenizer, tokens.AsSpan(i * generator.Config.TokenCount, generator.Config.TokenCount));
                    ImageWriter.SavePng(image, Path.Combine(folder, $"{generator.ClassNames[label]}-{first + i:d4}.png"));
                    images.Add(image);
                }
            }
            var grid = Path.Combine(folder, "grid.png");
            ImageWriter.SavePng(ImageGrid.Compose([.. images.Take(64).Chunk(Columns)], [], 2), grid);
            if (parsed.GetValue(json)) console.Json(new { label = generator.ClassNames[label], count = images.Count, folder, grid });
            else console.Output.WriteLine($"{images.Count} images of '{generator.ClassNames[label]}' in {folder}; all of them in {grid}.");
            return Tool.Done;
        });
        return command;
    }

    // A name first: classes may be called "7".
    private static int Find(VfmGeneratorModel generator, string given) =>
        !generator.ClassNames.Contains(given) && int.TryParse(given, out var index) && index >= 0 && index < generator.ClassNames.Count ? index : generator.ClassIndex(given);
}
