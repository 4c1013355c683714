using System.CommandLine;
using System.Diagnostics;
using VFMTok.Generation;
using VFMTok.Imaging;
using VFMTok.ML;
using VFMTok.ML.Models;
using VFMTok.Tokenizer;

namespace VFMTok.Cli;

/// <summary><c>vfmtok generate</c>: new images of classes.</summary>
internal static class GenerateCommand
{
    private const int Batch = 16, Columns = 8, Shown = 64;
    private const string NoClass = "none";
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    public static Command Create(ToolConsole console)
    {
        Option<string> model = Options.Model(), output = Options.OutputFolder();
        output.Required = false;
        output.DefaultValueFactory = _ => "generated";
        var names = new Option<string[]>("--class")
        {
            Description = $"Names or numbers of classes; '{NoClass}' = no class in particular.", Required = true, AllowMultipleArgumentsPerToken = true,
        };
        var count = Options.Number("--count", "Images of each class", 16, 1, 1_000_000);
        var seed = Options.Number("--seed", "Image i is that of row i in a pipeline with this VfmGenerateOptions.Seed", 1, 0, int.MaxValue);
        var guidance = new Option<double>("--guidance") { Description = "Classifier-free guidance scale; 1 = none (default 1).", DefaultValueFactory = _ => 1 };
        var flags = new SamplingFlags();
        var tokens = new Option<bool>("--tokens") { Description = "A line with the tokens of every image." };
        var json = Options.Json();
        var command = new Command("generate", "Draws new images of classes, and grid.png with the first of them." + Environment.NewLine +
            "Example: vfmtok generate --model model.zip --class cat --count 16 --guidance 1.5 --seed 1 --output out") { model, names, count, guidance, seed, output, tokens, json };
        foreach (var option in flags.All) command.Add(option);
        command.SetAction(parsed =>
        {
            var sampling = flags.Settings(parsed, parsed.GetValue(guidance));
            var (folder, path, machine) = (parsed.GetValue(output)!, parsed.GetValue(model)!, parsed.GetValue(json));
            Options.RequireWritable(folder);
            using var zip = VfmModelZip.Load(console.Context(), path);
            var tokenizer = TokenizeCommand.Require(zip, path);
            var generator = zip.Generator ?? throw new InvalidDataException($"'{path}' holds no generator; give a model that 'vfmtok train' wrote.");
            ModelPair.Require(generator, tokenizer);
            Options.RequireUsable(() => sampling.Validate(generator.Config));
            var classes = parsed.GetValue(names)!.Select(given => Find(generator, given)).Distinct().ToArray();
            var (images, shown, sinceLine) = (parsed.GetValue(count) * (long)classes.Length, new List<RgbImage>(), Stopwatch.StartNew());
            var done = 0;
            foreach (var picture in Draw(generator, tokenizer, classes, parsed.GetValue(count), parsed.GetValue(seed), sampling))
            {
                var file = Path.Combine(folder, picture.FileName);
                ImageWriter.SavePng(picture.Image, file);
                if (shown.Count < Shown) shown.Add(picture.Image);
                if (parsed.GetValue(tokens) && machine) console.Json(new { path = file, label = picture.Class, tokens = picture.Tokens });
                else if (parsed.GetValue(tokens)) console.Output.WriteLine($"{file}\t{string.Join(' ', picture.Tokens)}");
                done++;
                if (machine || sinceLine.Elapsed < LineInterval) continue;
                console.Output.WriteLine($"{done} of {images} images");
                sinceLine.Restart();
            }
            var grid = Path.Combine(folder, "grid.png");
            ImageWriter.SavePng(ImageGrid.Compose([.. shown.Chunk(Columns)], [], 2), grid);
            var labels = classes.Select(c => Name(generator, c)).ToArray();
            if (machine) console.Json(new { label = labels[0], labels, count = images, folder, grid });
            else console.Output.WriteLine($"{images} images of '{string.Join("', '", labels)}' in {folder}; {(images > Shown ? $"the first {Shown}" : "all")} of them in {grid}.");
            return Tool.Done;
        });
        return command;
    }

    // Row ids, and with them seeds, count from 0 for each class: a picture does not depend on the classes beside it.
    private static IEnumerable<Picture> Draw(VfmGeneratorModel generator, VfmTokenizerModel tokenizer, int[] classes, int count, int seed, SamplingOptions sampling)
    {
        var length = generator.Config.TokenCount;
        foreach (var label in classes)
            for (var first = 0; first < count; first += Batch)
            {
                var size = Math.Min(Batch, count - first);
                var tokens = new int[size * length];
                generator.Generate(Enumerable.Repeat(label, size).ToArray(), [.. Enumerable.Range(first, size).Select(i => VfmPictureSeeds.Of(seed, i))], sampling, tokens);
                for (var i = 0; i < size; i++)
                    yield return new Picture(Name(generator, label), $"{FileName(generator, label)}-{first + i:d4}.png", tokens[(i * length)..((i + 1) * length)],
                        TokenizeCommand.Decode(tokenizer, tokens.AsSpan(i * length, length), sampling.Precision));
            }
    }

    // A name first: classes may be called "7" or "none".
    private static int Find(VfmGeneratorModel generator, string given)
    {
        for (var i = 0; i < generator.ClassNames.Count; i++)
            if (generator.ClassNames[i] == given) return i;
        if (int.TryParse(given, out var index) && index >= 0 && index < generator.ClassNames.Count) return index;
        return given == NoClass ? VfmGeneratorModel.Unconditional : generator.ClassIndex(given); // throws
    }

    private static string Name(VfmGeneratorModel generator, int label) => label == VfmGeneratorModel.Unconditional ? NoClass : generator.ClassNames[label];

    // Names come from folders or from a file that somebody sent: they may hold what no file name may.
    private static string FileName(VfmGeneratorModel generator, int label)
    {
        var name = Name(generator, label);
        var safe = string.Concat(name.Select(c => Path.GetInvalidFileNameChars().Contains(c) || c is '/' or '\\' or ':' ? '_' : c));
        return safe == name ? name : $"{safe}-{label}";
    }

    private sealed record Picture(string Class, string FileName, int[] Tokens, RgbImage Image);
}
