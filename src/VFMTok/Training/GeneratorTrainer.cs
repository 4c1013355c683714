using TorchSharp;
using VFMTok.Generation;
using VFMTok.Runtime;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>What a generator learns from: tokenized images and their classes.</summary>
/// <param name="Tokens">Images * TokenCount tokens, image after image.</param>
/// <param name="Labels">Class index of each image.</param>
/// <param name="TokenGrid">Side of the token grid.</param>
/// <param name="CodebookSize">Codes of the tokenizer.</param>
/// <param name="ClassNames">Names of the classes, by index.</param>
/// <param name="TokenizerHash">Hash of the tokenizer that made the tokens.</param>
public sealed record TokenizedImages(int[] Tokens, int[] Labels, int TokenGrid, int CodebookSize, IReadOnlyList<string> ClassNames, string TokenizerHash);

/// <summary>Trains generators: cross-entropy of every code, with class dropout (paper section 4, spec 9.5 and 9.7).</summary>
public static class GeneratorTrainer
{
    /// <summary>Trains a generator.</summary>
    /// <param name="options">How.</param>
    /// <param name="data">What from; at least one image.</param>
    /// <param name="progress">Sees every step.</param>
    /// <param name="log">Gets a line every two seconds.</param>
    /// <param name="device">Where; default CPU.</param>
    /// <param name="cancellation">Checked before every step.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the data do not fit together.</exception>
    /// <exception cref="InvalidOperationException">The gradients of ten steps in a row were infinite or not numbers.</exception>
    public static VfmGeneratorModel Train(GeneratorTrainingOptions options, TokenizedImages data, IProgress<TrainingProgress>? progress = null, Action<string>? log = null,
        ComputeDevice? device = null, CancellationToken cancellation = default)
    {
        NativeBackend.EnsureLoaded();
        options.Validate();
        var config = options.Config with { TokenGrid = data.TokenGrid, CodebookSize = data.CodebookSize, ClassCount = data.ClassNames.Count };
        config.Validate();
        if (data.Labels.Length == 0) throw new ArgumentException("There are no tokenized images to train on; give at least one.", nameof(data));
        Pixels.RequireLength(data.Tokens.Length, (long)data.Labels.Length * config.TokenCount, nameof(data.Tokens));
        Shapes.RequireRange(data.Tokens, config.CodebookSize, "Token", nameof(data));
        Shapes.RequireRange(data.Labels, config.ClassCount, "Class", nameof(data));
        var target = device ?? ComputeDevice.Cpu;
        var network = SeededDraws.Run(options.Seed, () => new AutoregressiveTransformer(config));
        try
        {
            network.to(target.Torch);
            Run(options, network, data, target, new ProgressReporter("generator", options.Steps, options.BatchSize, progress, log), cancellation);
            return new VfmGeneratorModel(network, [.. data.ClassNames], data.TokenizerHash, target);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static void Run(GeneratorTrainingOptions options, AutoregressiveTransformer network, TokenizedImages data, ComputeDevice device, ProgressReporter reporter, CancellationToken cancellation)
    {
        network.train();
        var config = network.Config;
        using var outer = NewDisposeScope();
        var allCodes = Pixels.ToIndices(data.Tokens, [data.Labels.Length, config.TokenCount], device.Torch);             // [M, N]
        var allLabels = Pixels.ToIndices(data.Labels, [data.Labels.Length], device.Torch);                               // [M]
        using var optimizer = new AdamW(network.parameters(), options.WeightDecay);
        var guard = new StepGuard();
        var schedule = CosineSchedule.ForRun(options.LearningRate, options.Steps);
        var order = new EpochOrder(data.Labels.Length, options.BatchSize, options.Seed);
        for (var step = 0; step < options.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var items = Pixels.ToIndices(order.Batch(step), [options.BatchSize], device.Torch);                          // [B]
            var codes = allCodes.index_select(0, items);                                                                // [B, N]
            var labels = allLabels.index_select(0, items);                                                              // [B]
            var logits = SeededDraws.Run(RowSeeds.Combine(options.Seed, step), device.Torch, () =>
            {
                var unlabelled = SeededDraws.Uniform(device.Torch, options.BatchSize).Below(options.ClassDropout);             // [B]
                return network.call(where(unlabelled, ScalarArithmetic.FullLike(labels, config.NullClass), labels), codes.narrow(1, 0, config.TokenCount - 1)); // [B, N, K]
            });
            var loss = TokenCrossEntropy.Compute(logits, codes);
            optimizer.ZeroGradients();
            loss.backward();
            guard.Saw(optimizer.StepWithOwnScalars(schedule.At(step + 1), options.GradientClip), step + 1, options.LearningRate);
            var value = loss.item<float>();
            var figures = new Dictionary<string, double> { ["perplexity"] = Math.Exp(value) };
            guard.Describe(figures);
            reporter.Report(step + 1, value, figures);
        }
    }
}
