using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Examples.Drawing;
using VFMTok.Generation;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using VFMTok.Training;
using VFMTok.Training.Losses;
using static TorchSharp.torch;
using AdamW = VFMTok.Training.AdamW;

namespace VFMTok.Benchmarks;

/// <summary>A training step, the share of it that the optimizer and the average of the weights take, and both against TorchSharp's own optimizer.</summary>
/// <remarks>Of the Tiny tokenizer with QuickStart's options, and of GPT-B with two and four images of 256 tokens: small batches, in which the optimizer weighs most. Averages are on in both.</remarks>
internal static class TrainStep
{
    private const double Rate = 1e-4, Clip = 1, AverageDecay = 0.9999;

    public static void Run(Settings settings)
    {
        TinyTokenizer(settings);
        GptB(settings, Precision.Float32, batch: 2);
        GptB(settings, Precision.Auto, batch: 2);
        if (!settings.Quick) GptB(settings, Precision.Auto, batch: 4);
    }

    private static void TinyTokenizer(Settings settings)
    {
        var options = new TokenizerTrainingOptions { AverageDecay = AverageDecay };
        var folder = Directory.CreateTempSubdirectory("vfmtok-").FullName;
        try
        {
            ShapeSet.Write(folder, imagesPerClass: 4, seed: 1);
            using var images = TrainingImages.FromFolder(folder, options);
            using var network = SeededDraws.Run(1, () => new VfmTokenizer(options.Config)); // untrained: it takes as long
            network.to(settings.Device);
            using var batches = new TrainingBatches(images, options.Config.ImageSize, options.BatchSize, 1, ReadAhead.For(options, images, ComputeDevice.Cpu));
            var step = 0;
            double whole;
            using (var training = new TokenizerTraining(options, network, images, batches, settings.Device, null, null)) whole = Measured.Medians(3 * settings.ManyRounds, () => training.Step(step++, Rate))[0]; // short steps: more rounds, until the program is warm
            var (objective, target) = (new TokenizerObjective(options, null), rand(options.BatchSize, 3, options.Config.ImageSize, options.Config.ImageSize, device: settings.Device));
            Compare("Tiny tokenizer", whole, options, settings.ManyRounds, network.named_parameters().Where(p => p.parameter.requires_grad), 0, null, 0.95,
                () => objective.Compute(network.call(target), target, null, network.PixelDecoder.LastWeight, 1).Loss.backward());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void GptB(Settings settings, Precision precision, int batch)
    {
        using var scope = NewDisposeScope();
        var config = GeneratorConfig.B;
        var options = new GeneratorTrainingOptions { Config = config, BatchSize = batch, Precision = precision, AverageDecay = AverageDecay, ValidationShare = 0 };
        var random = new Random(1);
        var data = new TokenizedImages([.. Enumerable.Range(0, 16 * config.TokenCount).Select(_ => random.Next(config.CodebookSize))], [.. Enumerable.Range(0, 16)], config.TokenGrid, config.CodebookSize,
            [.. Enumerable.Range(0, config.ClassCount).Select(c => $"{c}")], "none");
        using var network = SeededDraws.Run(1, () => GeneratorNetwork.Of(config));
        network.to(settings.Device);
        var step = 0;
        double whole;
        using (var training = new GeneratorTraining(options, network, data, settings.Device, null)) whole = Measured.Medians(settings.Rounds, () => training.Step(step++, Rate))[0];
        var (codes, classes) = (randint(config.CodebookSize, [batch, config.TokenCount], dtype: ScalarType.Int64, device: settings.Device), zeros(batch, dtype: ScalarType.Int64, device: settings.Device));
        var type = MixedPrecision.TypeOf(precision, settings.Device);
        Compare($"GPT-B, {config.TokenCount} tokens", whole, options, settings.Rounds, network.named_parameters(), options.WeightDecay, network.Decays, network.Beta2, () =>
        {
            var (logits, targets) = MixedPrecision.Run(type, () => network.Predict(classes, codes, 0));
            TokenCrossEntropy.Compute(logits, targets).backward();
        });
    }

    // Each step follows a forward and a backward pass, which leave the caches as they are in a training.
    private static void Compare(string name, double whole, TrainingOptions options, int rounds, IEnumerable<(string Name, Parameter Parameter)> named, double weightDecay, Func<string, Parameter, bool>? decays, double beta2, Action backward)
    {
        using var scope = NewDisposeScope();
        var parameters = named.ToArray();
        using var ours = new AdamW(parameters, weightDecay, AverageDecay, decays, beta2);
        Parameter[] weights = [.. parameters.Select(p => p.Parameter)];
        using var theirs = optim.AdamW(weights, Rate, 0.9, beta2, weight_decay: weightDecay);
        var averages = weights.Select(w => w.detach().clone()).ToArray();
        void TorchSharps()
        {
            nn.utils.clip_grad_norm_(weights, Clip);
            theirs.step();
            using var noGradient = no_grad();
            using Scalar keep = AverageDecay, take = 1 - AverageDecay;
            for (var i = 0; i < weights.Length; i++)
            {
                averages[i].mul_(keep).add_(weights[i], take);
                using var gradient = weights[i].grad;
                gradient!.zero_();
            }
        }
        void Ours() => ours.Step(Rate, Clip); // leaves the gradients at zero
        void Backward()
        {
            ours.ZeroGradients();
            backward();
        }
        var times = Measured.MediansAfter(Backward, rounds, Ours, TorchSharps);
        var precision = $"{MixedPrecision.TypeOf(options.Precision, weights[0].device)}";
        Measured.Print($"train-step {name}", whole, "s", precision, options.BatchSize);
        Measured.Print($"train-step {name}, optimizer and average", 1000 * times[0], "ms", precision, options.BatchSize, times[0] / whole, "whole step");
        Measured.Print($"train-step {name}, TorchSharp's clipping, AdamW, average and zeroing", 1000 * times[1], "ms", precision, options.BatchSize, times[1] / times[0], "optimizer and average");
    }
}
