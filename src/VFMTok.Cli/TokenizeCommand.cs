using System.CommandLine;
using VFMTok.Imaging;
using VFMTok.ML;
using VFMTok.Runtime;
using VFMTok.Tokenizer;

namespace VFMTok.Cli;

/// <summary><c>vfmtok tokenize</c>: images to tokens, one line each.</summary>
internal static class TokenizeCommand
{
    public static Command Create(ToolConsole console)
    {
        Option<string> model = Options.Model();
        Option<string[]> images = Options.Images();
        var precision = Options.Precision();
        var json = Options.Json();
        var command = new Command("tokenize", "Writes the tokens of images." + Environment.NewLine + "Example: vfmtok tokenize --model model.zip --images photos --json") { model, images, precision, json };
        command.SetAction(parsed =>
        {
            using var zip = VfmModelZip.Load(console.Context(), parsed.GetValue(model)!);
            var tokenizer = Require(zip, parsed.GetValue(model)!);
            foreach (var path in Options.Expand(parsed.GetValue(images)!, console))
            {
                var tokens = Encode(tokenizer, Crops.CenterCrop(ImageDecoder.Decode(path), tokenizer.Config.ImageSize), parsed.GetValue(precision));
                if (parsed.GetValue(json)) console.Json(new { path, tokens });
                else console.Output.WriteLine($"{path}\t{string.Join(' ', tokens)}");
            }
            return Tool.Done;
        });
        return command;
    }

    public static VfmTokenizerModel Require(VfmModelZip zip, string path) =>
        zip.Tokenizer ?? throw new InvalidDataException($"'{path}' holds no tokenizer; give a model that 'vfmtok train' wrote.");

    public static int[] Encode(VfmTokenizerModel tokenizer, RgbImage square, Precision precision)
    {
        var tokens = new int[tokenizer.Config.SlotCount];
        tokenizer.Encode(square.Pixels, 1, tokens, precision);
        return tokens;
    }

    public static RgbImage Decode(VfmTokenizerModel tokenizer, ReadOnlySpan<int> tokens, Precision precision)
    {
        var side = tokenizer.Config.ImageSize;
        var rgb = new byte[side * side * 3];
        tokenizer.Decode(tokens, 1, rgb, precision);
        return new RgbImage(side, side, rgb);
    }
}
