using System.CommandLine;
using VFMTok.ML;
using VFMTok.Pretrained;

namespace VFMTok.Cli;

/// <summary><c>vfmtok export</c>: the networks of a model to safetensors files.</summary>
internal static class ExportCommand
{
    public static Command Create(ToolConsole console)
    {
        var model = Options.Model();
        var output = new Option<string>("--output") { Description = "Folder for the safetensors files; made if it is missing.", Required = true };
        var json = Options.Json();
        var command = new Command("export", "Writes the networks of a model zip as safetensors under their official names, with the configuration in the metadata: any program reads them." + Environment.NewLine +
            "Example: vfmtok export --model model.zip --output weights") { model, output, json };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetValue(output)!;
            using var zip = VfmModelZip.Load(console.Context(), parsed.GetValue(model)!);
            if (zip.Tokenizer is null && zip.Generator is null && zip.Foundation is null) throw new InvalidDataException($"'{parsed.GetValue(model)}' holds no network; give a model that 'vfmtok train' or 'vfmtok import' wrote.");
            Options.RequireWritable(folder);
            foreach (var network in WeightExport.Export(folder, zip.Foundation, zip.Tokenizer, zip.Generator))
                if (parsed.GetValue(json)) console.Json(new { output = network.Path, kind = network.Kind.ToString(), hash = network.Hash, parameters = network.ParameterCount });
                else console.Output.WriteLine($"{network.Path}: {network.ParameterCount:n0} numbers, hash {network.Hash}.");
            return Tool.Done;
        });
        return command;
    }
}
