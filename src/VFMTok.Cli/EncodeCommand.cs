using System.CommandLine;
using VFMTok.Training;

namespace VFMTok.Cli;

/// <summary><c>vfmtok encode</c>: a folder of images to a code cache, or a filter from paths to tokens.</summary>
internal static class EncodeCommand
{
    public static Command Create(ToolConsole console)
    {
        var defaults = new CodeEncodingOptions();
        var model = new Option<string>("--model") { Description = "A zip that 'vfmtok train' wrote, or a tokenizer's safetensors file.", Required = true };
        var images = new Option<string?>("--images") { Description = "Folder with one sub-folder of images per class." };
        var output = new Option<string?>("--output") { Description = "Folder for the codes; made if it is missing. The same command goes on there if it was cut off." };
        var augmentation = Options.Augmentation();
        var ranks = Options.Number("--ranks", "Codes of each slot, the nearest first", defaults.Ranks, 1, CodeKey.MostRanks);
        var shard = new Option<string?>("--shard") { Description = "I/N: make the I-th of N shares of the codes (1/4, 2/4, ...), for several processes on one folder; with all shares done, the folder is complete." };
        var shardSize = Options.Number("--shard-size", "Images of a file", defaults.ShardSize, 1, CodeKey.MostImages);
        var batch = Options.Number("--batch-size", "Crops in one run of the network", defaults.BatchSize, 1, 65536);
        var stdin = new Option<bool>("--stdin") { Description = "Read paths from the standard input, one a line, and write one line of JSON with the tokens for each, in order." };
        var gpu = new Option<int?>("--gpu") { Description = "Index of the GPU; default: the CPU." };
        var json = Options.Json();
        var command = new Command("encode", "Tokenizes a set of images once, for the training of generators ('vfmtok train --codes')." + Environment.NewLine +
            "Example: vfmtok encode --model model.zip --images photos --output codes" + Environment.NewLine + "Example: find photos -name '*.jpg' | vfmtok encode --model model.zip --stdin")
            { model, images, output, augmentation, ranks, shard, shardSize, batch, stdin, gpu, json };
        command.SetAction(parsed =>
        {
            var (from, to) = (parsed.GetValue(images), parsed.GetValue(output));
            if (parsed.GetValue(stdin))
            {
                if (from is not null || to is not null || parsed.GetValue(shard) is not null) throw new UsageException("'--stdin' reads paths and writes tokens; give no '--images', '--output' or '--shard' with it.");
                using var filter = TokenizerFile.Open(console, parsed.GetValue(model)!, parsed.GetValue(gpu));
                using var stop = new Interruption();
                return new EncodeFilter(filter.Model, console, parsed.GetValue(batch)).Run(stop.Token) ? Tool.Done : Tool.Failed;
            }
            if (from is null || to is null) throw new UsageException("Give '--images' and '--output', or '--stdin' for a filter; see 'vfmtok encode --help'.");
            var options = new CodeEncodingOptions
                { Augmentation = parsed.GetValue(augmentation), Ranks = parsed.GetValue(ranks), ShardSize = parsed.GetValue(shardSize), BatchSize = parsed.GetValue(batch) };
            if (parsed.GetValue(shard) is { } share) (options.Part, options.Parts) = Share(share);
            Options.RequireUsable(options.Validate);
            using var tokenizer = TokenizerFile.Open(console, parsed.GetValue(model)!, parsed.GetValue(gpu));
            using var interruption = new Interruption();
            var set = LabelledImages.FromFolder(from);
            CodeEncodingSummary? done = null;
            TrainingDisplay.Run(parsed.GetValue(json) ? null : console.Output, progress =>
                done = CodeEncoder.Encode(tokenizer.Model, set, to, options, progress, line => console.Error.WriteLine("warning: " + line), interruption.Token));
            if (parsed.GetValue(json))
                console.Json(new
                {
                    output = to, tokenizer = tokenizer.Model.Hash, augmentation = options.Augmentation.ToString(), variants = done!.Variants, ranks = options.Ranks, classes = set.ClassNames,
                    encoded = done.Encoded, found = done.Found, broken = done.Broken, seconds = Math.Round(done.Elapsed.TotalSeconds, 3),
                });
            else console.Output.WriteLine($"{to}: {done}.");
            return Tool.Done;
        });
        return command;
    }

    private static (int Part, int Parts) Share(string text)
    {
        var numbers = text.Split('/');
        if (numbers.Length == 2 && int.TryParse(numbers[0], out var part) && int.TryParse(numbers[1], out var parts) && part >= 1 && part <= parts) return (part, parts);
        throw new UsageException($"--shard is '{text}'; allowed are 1/N to N/N, such as 2/4.");
    }
}
