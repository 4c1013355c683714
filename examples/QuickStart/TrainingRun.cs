using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML;
using VFMTok.ML;

namespace VFMTok.Examples.QuickStart;

/// <summary>Trains tokenizer and generator as steps of one ML.NET pipeline and saves the model with what it is expected to give.</summary>
internal static class TrainingRun
{
    public static void Run(Layout layout)
    {
        var ml = new MLContext(seed: 1) { FallbackToCpu = true };
        ml.Log += (_, e) =>
        {
            if (e.Source.StartsWith("Vfm", StringComparison.Ordinal) && e.Kind >= Microsoft.ML.Runtime.ChannelMessageKind.Info) Console.WriteLine("         " + e.RawMessage);
        };
        var images = ml.Data.LoadFromVfmImageFolder(layout.Training, new VfmImageFolderOptions { VerifyImages = false }); // Path, Label; just drawn
        Console.WriteLine($"         without perceptual and adversarial losses, whose VGG-16 and DINO weights are imported and not shipped; curves and pictures in {layout.Run}");
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.VfmTokenize("Tokens", "Path", new VfmTokenizeOptions { Training = { Folder = layout.Run } })) // image -> 8 x 8 tokens
            .Append(ml.Transforms.VfmDetokenize("Reconstruction", "Tokens"))                         // tokens -> image
            .Append(ml.Transforms.VfmClassToImage("Sample", "Label", "Tokens", new VfmGenerateOptions // class -> new image
            {
                Training = { Folder = layout.Run },
            }));
        var watch = Stopwatch.StartNew();
        using var model = pipeline.Fit(images);
        Console.WriteLine($"{watch.Elapsed.TotalSeconds,5:f0} s  training");
        ml.Model.Save(model, images.Schema, layout.Model);
        var heldOut = ml.Data.LoadFromVfmImageFolder(layout.HeldOut);
        File.WriteAllText(layout.Expected, JsonSerializer.Serialize(new Expectation(Outputs.Tokens(model.Transform(heldOut)), Memory.PeakMegabytes)));
    }
}

/// <summary>What the training process saw, for the fresh process to compare with.</summary>
internal sealed record Expectation(uint[][] Tokens, int PeakMemoryMB);
