using System.CommandLine;
using VFMTok.ML;

namespace VFMTok.Cli;

/// <summary><c>vfmtok inspect</c>: what is in a model zip.</summary>
internal static class InspectCommand
{
    public static Command Create(ToolConsole console)
    {
        var model = new Argument<string>("model") { Description = "A zip that 'vfmtok train' or mlContext.Model.Save wrote." };
        var json = Options.Json();
        var command = new Command("inspect", "Shows what is in a model zip." + Environment.NewLine + "Example: vfmtok inspect model.zip") { model, json };
        command.SetAction(parsed =>
        {
            using var zip = VfmModelZip.Load(console.Context(), parsed.GetValue(model)!);
            var steps = zip.Steps.Select(s => s.GetType().Name).ToArray();
            var tokenizer = zip.Tokenizer is { } t
                ? new { hash = t.Hash, parameters = t.ParameterCount, imageSize = t.Config.ImageSize, tokens = t.Config.SlotCount, codebook = t.Config.CodebookSize }
                : null;
            var generator = zip.Generator is { } g
                ? new { hash = g.Hash, parameters = g.ParameterCount, layers = g.Config.Depth, width = g.Config.Width, tokenizerHash = g.TokenizerHash, classes = g.ClassNames }
                : null;
            if (parsed.GetValue(json))
            {
                console.Json(new { steps, tokenizer, generator });
                return Tool.Done;
            }
            console.Output.WriteLine($"steps      {string.Join(" -> ", steps)}");
            if (tokenizer is not null)
                console.Output.WriteLine($"tokenizer  {tokenizer.hash}: {tokenizer.imageSize} px, {tokenizer.tokens} tokens of {tokenizer.codebook} codes, {tokenizer.parameters:n0} parameters");
            if (generator is not null)
                console.Output.WriteLine($"generator  {generator.hash}: {generator.layers} layers of {generator.width}, {generator.parameters:n0} parameters, for tokenizer {generator.tokenizerHash}{Environment.NewLine}" +
                    $"classes    {string.Join(", ", generator.classes)}");
            return Tool.Done;
        });
        return command;
    }
}
