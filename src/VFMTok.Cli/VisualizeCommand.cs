using System.CommandLine;
using System.Globalization;
using VFMTok.Evaluation;
using VFMTok.Imaging;
using VFMTok.Tokenizer;

namespace VFMTok.Cli;

/// <summary><c>vfmtok visualize</c>: pictures of where the tokens' queries look.</summary>
internal static class VisualizeCommand
{
    private const string Last = "last", All = "all";

    public static Command Create(ToolConsole console)
    {
        var model = new Option<string>("--model") { Description = "A zip that 'vfmtok train' wrote, or a tokenizer's safetensors file.", Required = true };
        Option<string[]> images = Options.Images();
        Option<string> output = Options.OutputFolder();
        var layer = new Option<string>("--layer") { Description = "Layer of the encoder: its number from 0, 'last' or 'all' (default last).", DefaultValueFactory = _ => Last };
        var slots = new Option<string?>("--slots") { Description = "Slots to show one by one, such as 17,45; they are counted from 0, row by row (default 16, spread over the grid)." };
        var precision = Options.Precision();
        var json = Options.Json();
        var command = new Command("visualize", "Draws where the tokens' queries look: NAME-queries.png (all of them), NAME-heat.png (what is read most) and NAME-slots.png (some one by one)." + Environment.NewLine +
            "Example: vfmtok visualize --model model.zip --images photo.jpg --output looks" + Environment.NewLine +
            "Example: vfmtok visualize --model model.zip --images photos --layer all --slots 17,45 --output looks") { model, images, output, layer, slots, precision, json };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetValue(output)!;
            Options.RequireWritable(folder);
            using var file = TokenizerFile.Open(console, parsed.GetValue(model)!);
            var (tokenizer, config) = (file.Model, file.Model.Config);
            var (layers, chosen) = (Layers(parsed.GetValue(layer)!, config), Slots(parsed.GetValue(slots), config));
            var paths = Options.Expand(parsed.GetValue(images)!, console);
            var names = Names(paths);
            for (var i = 0; i < paths.Count; i++)
            {
                var image = Crops.CenterCrop(ImageDecoder.Decode(paths[i]), config.ImageSize);
                var attention = tokenizer.Attention(image.Pixels, parsed.GetValue(precision));
                foreach (var l in layers)
                {
                    var start = Path.Combine(folder, names[i] + (layers.Length > 1 ? $"-layer{l}" : ""));
                    string[] files = [start + "-queries.png", start + "-heat.png", start + "-slots.png"];
                    ImageWriter.SavePng(AttentionPictures.Queries(image, attention, l), files[0]);
                    ImageWriter.SavePng(AttentionPictures.Heat(image, attention, l), files[1]);
                    ImageWriter.SavePng(AttentionPictures.Slots(image, attention, l, chosen), files[2]);
                    var looks = attention.Looks(l);
                    if (parsed.GetValue(json)) console.Json(Figures(paths[i], l, looks, config, files));
                    else console.Output.WriteLine((paths.Count > 1 ? $"{i + 1}/{paths.Count} " : "") + Describe(paths[i], l, looks, config));
                }
            }
            if (!parsed.GetValue(json)) console.Output.WriteLine($"{paths.Count * layers.Length * 3} pictures are in {folder}.");
            return Tool.Done;
        });
        return command;
    }

    private static string Describe(string path, int layer, SlotLooks looks, TokenizerConfig config) =>
        $"{path}, layer {layer}: {looks.Reach:f1} px from the cell, mean {looks.Shift:f1} px off, spread {looks.Spread:f1} px; " +
        string.Join(", ", config.Levels.Zip(looks.LevelShares, (block, share) => $"block {block} {100 * share:f0} %")) + $"; outside {100 * looks.WeightOutside:f1} %";

    private static object Figures(string path, int layer, SlotLooks looks, TokenizerConfig config, string[] files) => new
    {
        path, layer, reach = looks.Reach, shift = looks.Shift, spread = looks.Spread, levels = config.Levels.Zip(looks.LevelShares, (block, share) => new { block, share }),
        pointsOutside = looks.PointsOutside, weightOutside = looks.WeightOutside, files,
    };

    private static int[] Layers(string given, TokenizerConfig config)
    {
        if (given.Equals(All, StringComparison.OrdinalIgnoreCase)) return [.. Enumerable.Range(0, config.EncoderDepth)];
        if (given.Equals(Last, StringComparison.OrdinalIgnoreCase)) return [config.EncoderDepth - 1];
        return Number(given, config.EncoderDepth) is { } layer ? [layer] : throw new UsageException($"--layer is '{given}'; allowed are 0 to {config.EncoderDepth - 1}, {Last} and {All}.");
    }

    private static int[]? Slots(string? given, TokenizerConfig config) => given is null ? null : [.. given.Split(',', StringSplitOptions.TrimEntries)
        .Select(text => Number(text, config.SlotCount) ?? throw new UsageException($"--slots has '{text}'; allowed are 0 to {config.SlotCount - 1}, with commas between them.")).Distinct()];

    private static int? Number(string text, int count) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < count ? number : null;

    // Of files with the same name in several folders none may replace the other's pictures.
    private static string[] Names(IReadOnlyList<string> paths)
    {
        var names = paths.Select(Path.GetFileNameWithoutExtension).ToArray();
        var isUnique = names.Distinct(StringComparer.OrdinalIgnoreCase).Count() == names.Length;
        return [.. names.Select((name, i) => isUnique ? name! : $"{i:d4}-{name}")];
    }
}
