using System.CommandLine;
using VFMTok.Evaluation;
using VFMTok.Imaging;
using VFMTok.ML;

namespace VFMTok.Cli;

/// <summary><c>vfmtok reconstruct</c>: images through tokens and back.</summary>
internal static class ReconstructCommand
{
    private const int PairsShown = 64;

    public static Command Create(ToolConsole console)
    {
        Option<string> model = Options.Model(), output = Options.OutputFolder();
        Option<string[]> images = Options.Images();
        var precision = Options.Precision();
        var json = Options.Json();
        var command = new Command("reconstruct", "Writes what the tokens keep of images, and pairs.png with originals beside reconstructions." + Environment.NewLine +
            "Example: vfmtok reconstruct --model model.zip --images photos --output out") { model, images, output, precision, json };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetValue(output)!;
            Options.RequireWritable(folder);
            using var zip = VfmModelZip.Load(console.Context(), parsed.GetValue(model)!);
            var tokenizer = TokenizeCommand.Require(zip, parsed.GetValue(model)!);
            var pairs = new List<RgbImage[]>();
            var (psnr, ssim) = (new List<double>(), new List<double>());
            var paths = Options.Expand(parsed.GetValue(images)!, console);
            for (var i = 0; i < paths.Count; i++)
            {
                var original = Crops.CenterCrop(ImageDecoder.Decode(paths[i]), tokenizer.Config.ImageSize);
                var reconstruction = TokenizeCommand.Decode(tokenizer, TokenizeCommand.Encode(tokenizer, original, parsed.GetValue(precision)), parsed.GetValue(precision));
                ImageWriter.SavePng(reconstruction, Path.Combine(folder, $"{i:d4}-{Path.GetFileNameWithoutExtension(paths[i])}.png"));
                if (pairs.Count < PairsShown) pairs.Add([original, reconstruction]);
                psnr.Add(ReconstructionMetrics.Psnr(original, reconstruction));
                ssim.Add(ReconstructionMetrics.Ssim(original, reconstruction));
            }
            var grid = Path.Combine(folder, "pairs.png");
            ImageWriter.SavePng(ImageGrid.Compose([.. pairs.Chunk(4).Select(c => c.SelectMany(p => p).ToArray())], [], 2, groupColumns: 2), grid);
            if (parsed.GetValue(json)) console.Json(new { images = paths.Count, psnrDb = Finite(psnr.Average()), ssim = ssim.Average(), pairs = grid });
            else console.Output.WriteLine($"{paths.Count} images, mean PSNR {psnr.Average():f2} dB, mean SSIM {ssim.Average():f3}, originals beside reconstructions in {grid}.");
            return Tool.Done;
        });
        return command;
    }

    // Equal images have an infinite PSNR, for which JSON has no number.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
