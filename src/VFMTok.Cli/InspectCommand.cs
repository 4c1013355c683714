using System.CommandLine;
using System.IO.Compression;
using VFMTok.Checkpoints;
using VFMTok.ML;

namespace VFMTok.Cli;

/// <summary><c>vfmtok inspect</c>: what is in a model zip or a file of weights. Nothing of the file is executed.</summary>
internal static class InspectCommand
{
    public static Command Create(ToolConsole console)
    {
        var file = new Argument<string>("file") { Description = "A model zip, or a file of weights: PyTorch's .pt or .pth, or safetensors." };
        var json = Options.Json();
        var command = new Command("inspect", "Shows what is in a model or a file of weights." + Environment.NewLine + "Example: vfmtok inspect model.zip" + Environment.NewLine + "Example: vfmtok inspect vfmtok-tokenizer.pt") { file, json };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            if (IsModelZip(path)) InspectModel(path, parsed.GetValue(json), console);
            else WeightListing.Show(path, parsed.GetValue(json), console);
            return Tool.Done;
        });
        return command;
    }

    // PyTorch's files are zips too, under other names.
    private static bool IsModelZip(string path)
    {
        if (path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)) return true;
        if (!File.Exists(path)) return false;
        try
        {
            using var zip = ZipFile.OpenRead(path);
            return zip.Entries.Any(e => e.FullName.Contains("TransformerChain", StringComparison.Ordinal));
        }
        catch (InvalidDataException) // no zip at all
        {
            return false;
        }
    }

    private static void InspectModel(string path, bool json, ToolConsole console)
    {
        using var zip = VfmModelZip.Load(console.Context(), path);
        var steps = zip.Steps.Select(s => s.GetType().Name).ToArray();
        var tokenizer = zip.Tokenizer is { } t
            ? new { hash = t.Hash, parameters = t.ParameterCount, imageSize = t.Config.ImageSize, tokens = t.Config.SlotCount, codebook = t.Config.CodebookSize }
            : null;
        var generator = zip.Generator is { } g
            ? new { hash = g.Hash, parameters = g.ParameterCount, layers = g.Config.Depth, width = g.Config.Width, tokenizerHash = g.TokenizerHash, classes = g.ClassNames }
            : null;
        if (json)
        {
            console.Json(new { steps, tokenizer, generator });
            return;
        }
        console.Output.WriteLine($"steps      {string.Join(" -> ", steps)}");
        if (tokenizer is not null)
            console.Output.WriteLine($"tokenizer  {tokenizer.hash}: {tokenizer.imageSize} px, {tokenizer.tokens} tokens of {tokenizer.codebook} codes, {tokenizer.parameters:n0} parameters");
        if (generator is not null)
            console.Output.WriteLine($"generator  {generator.hash}: {generator.layers} layers of {generator.width}, {generator.parameters:n0} parameters, for tokenizer {generator.tokenizerHash}{Environment.NewLine}" +
                $"classes    {string.Join(", ", generator.classes)}");
    }
}
