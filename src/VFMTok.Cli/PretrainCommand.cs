using System.CommandLine;
using VFMTok.Foundation;
using VFMTok.Runtime;
using VFMTok.Training;

namespace VFMTok.Cli;

/// <summary><c>vfmtok pretrain</c>: a folder of unlabelled images to a small foundation model.</summary>
internal static class PretrainCommand
{
    public static Command Create(ToolConsole console)
    {
        var defaults = new FoundationTrainingOptions();
        var images = new Option<string>("--images") { Description = "Folder of images; sub-folders are searched, their names mean nothing.", Required = true };
        var output = new Option<string>("--output") { Description = "The safetensors file to write.", Required = true };
        var run = new Option<string>("--run") { Description = "Folder of the training; the same command goes on from there if it was cut off (default: OUTPUT without '.safetensors', plus '-training')." };
        var steps = Options.Number("--steps", "Training steps", defaults.Steps, 1, 100_000_000);
        var batch = Options.Number("--batch-size", "Images per step", defaults.BatchSize, 2, 65536);
        var rate = new Option<double>("--learning-rate") { Description = $"Peak learning rate (default {defaults.LearningRate}).", DefaultValueFactory = _ => defaults.LearningRate };
        var locals = Options.Number("--local-crops", "Small views per image, beside the two large ones", defaults.Views.LocalCrops, 0, 64);
        var pixels = new Option<double>("--pixel-weight") { Description = $"Weight of the prediction of hidden patches (default {defaults.PixelWeight}).", DefaultValueFactory = _ => defaults.PixelWeight };
        var precision = new Option<Precision>("--precision") { Description = $"What the network computes in (default {defaults.Precision}).", DefaultValueFactory = _ => defaults.Precision };
        var seed = Options.Number("--seed", "Seed of weights, order, views and masks", 1, 0, int.MaxValue);
        var gpu = new Option<int?>("--gpu") { Description = "Index of the GPU; default: the CPU." };
        var json = Options.Json();
        var command = new Command("pretrain", "Trains a small foundation model on images without labels, by self-distillation (arXiv 2104.14294)." + Environment.NewLine +
            "Example: vfmtok pretrain --images pictures --output foundation.safetensors") { images, output, run, steps, batch, rate, locals, pixels, precision, seed, gpu, json };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(output)!;
            var options = new FoundationTrainingOptions
            {
                Steps = parsed.GetValue(steps), BatchSize = parsed.GetValue(batch), LearningRate = parsed.GetValue(rate), PixelWeight = parsed.GetValue(pixels), Precision = parsed.GetValue(precision),
                Seed = parsed.GetValue(seed), Views = { LocalCrops = parsed.GetValue(locals) }, Folder = parsed.GetValue(run) ?? Path.ChangeExtension(path, null) + "-training",
            };
            Options.RequireUsable(options.Validate);
            Options.RequireFile(path);
            using var interruption = new Interruption();
            void Warn(string line) => console.Error.WriteLine("warning: " + line);
            var device = ComputeDevice.Select(parsed.GetValue(gpu), fallbackToCpu: false);
            using var pictures = TrainingImages.FromFolder(parsed.GetValue(images)!, options.SourceSize, Warn, interruption.Token);
            VfmFoundationModel? trained = null;
            TrainingDisplay.Run(parsed.GetValue(json) ? null : console.Output, progress =>
                trained = FoundationTrainer.Train(options, pictures, progress, device: device, cancellation: interruption.Token, warn: Warn));
            using var model = trained!;
            model.Save(path);
            CheckpointFolder.Clear(options.Folder, "foundation"); // the model is written: nothing is left to go on with
            if (parsed.GetValue(json)) console.Json(new { output = path, hash = model.Hash, parameters = model.ParameterCount, images = pictures.Count, steps = options.Steps, seed = options.Seed });
            else console.Output.WriteLine($"{path}: {model.ParameterCount:n0} parameters, hash {model.Hash}, from {pictures.Count} images.");
            return Tool.Done;
        });
        return command;
    }
}
