using TorchSharp;
using VFMTok.Foundation;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>Trains tokenizers: pixel, codebook, commitment and feature reconstruction losses on a frozen foundation model (paper section 3.3).</summary>
public static class TokenizerTrainer
{
    /// <summary>Trains a tokenizer.</summary>
    /// <param name="options">How.</param>
    /// <param name="images">What from; at least one.</param>
    /// <param name="progress">Sees every step.</param>
    /// <param name="log">Gets a line every two seconds.</param>
    /// <param name="device">Where; default CPU.</param>
    /// <param name="cancellation">Checked before every step.</param>
    /// <exception cref="ArgumentException">An option is out of range or there are no images.</exception>
    /// <exception cref="InvalidOperationException">The gradients of ten steps in a row were infinite or not numbers.</exception>
    public static VfmTokenizerModel Train(TokenizerTrainingOptions options, ITrainingImages images, IProgress<TrainingProgress>? progress = null, Action<string>? log = null,
        ComputeDevice? device = null, CancellationToken cancellation = default)
    {
        NativeBackend.EnsureLoaded();
        options.Validate();
        if (images.Count < 1) throw new ArgumentException("There are no images to train on; give at least one.", nameof(images));
        var target = device ?? ComputeDevice.Cpu;
        var network = SeededDraws.Run(options.Seed, () => new VfmTokenizer(options.Config));
        try
        {
            CopyFoundation(options.Foundation, network);
            network.to(target.Torch);
            using var batches = new TrainingBatches(images, options.Config.ImageSize, options.BatchSize, options.Seed, ReadAhead.For(options, images, target), log, cancellation);
            Run(options, network, batches, target, new ProgressReporter("tokenizer", options.Steps, options.BatchSize, progress, log), cancellation);
            return new VfmTokenizerModel(network, target);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static void Run(TokenizerTrainingOptions options, VfmTokenizer network, TrainingBatches batches, ComputeDevice device, ProgressReporter reporter, CancellationToken cancellation)
    {
        network.train();
        network.Foundation.eval();
        var parameters = network.parameters().Where(p => p.requires_grad).ToArray();
        using var optimizer = new AdamW(parameters, weightDecay: 0);
        using var adversary = options.Adversarial is { } adversarial ? new Adversary(adversarial, RowSeeds.Combine(options.Seed, -1), device.Torch) : null;
        var guard = new StepGuard();
        var schedule = CosineSchedule.ForRun(options.LearningRate, options.Steps);
        for (var step = 0; step < options.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = batches.Take(step);
            using var scope = NewDisposeScope();
            var pixels = Pixels.ToImages(batch, options.BatchSize, options.Config.ImageSize, device.Torch);          // [B, 3, S, S]
            var output = SeededDraws.Run(RowSeeds.Combine(options.Seed, step), device.Torch, () => network.call(pixels));
            var (loss, terms) = Objective(options, output, pixels);
            var versus = adversary is not null && adversary.Counts(step) ? adversary : null;
            if (versus is not null)
            {
                var fooling = versus.GeneratorLoss(output.Reconstruction);
                loss = loss.Plus(fooling);
                terms.Add(("adversarial", fooling));
            }
            optimizer.ZeroGradients();
            loss.backward();
            guard.Saw(optimizer.StepWithOwnScalars(schedule.At(step + 1), options.GradientClip), step + 1, options.LearningRate);
            if (versus is not null) terms.Add(("discriminator", versus.Learn(output.Reconstruction, pixels, options.GradientClip)));
            var usage = network.Quantizer.RecordUsage(output.Quantized.Indices);
            Report(step + 1, loss, terms, usage);
        }

        void Report(int done, Tensor loss, IEnumerable<(string Name, Tensor Value)> terms, double usage)
        {
            var value = loss.item<float>();
            var figures = terms.ToDictionary(t => t.Name, t => (double)t.Value.item<float>());
            figures["usage"] = usage;
            guard.Describe(figures);
            reporter.Report(done, value, figures);
        }
    }

    // Spec 8.2, without the perceptual term; the adversarial one is added by the caller.
    private static (Tensor Loss, List<(string, Tensor)> Terms) Objective(TokenizerTrainingOptions options, TokenizerOutput output, Tensor target)
    {
        var pixel = PixelLoss.Compute(output.Reconstruction, target, options.PixelLoss);
        var codebook = QuantizerLosses.Codebook(output.Quantized.Codes, output.Quantized.Input);
        var commitment = QuantizerLosses.Commitment(output.Quantized.Codes, output.Quantized.Input, options.Commitment);
        var feature = FeatureReconstructionLoss.Compute(output.PredictedFeatures, output.TargetFeatures);
        var loss = pixel.Times(options.PixelWeight).Plus(codebook.Plus(commitment).Times(options.QuantizerWeight)).Plus(feature.Times(options.FeatureWeight));
        if (options.EntropyWeight > 0) loss = loss.Plus(EntropyLoss.Compute(-output.Quantized.Distances).Times(options.EntropyWeight));
        return (loss, [("pixel", pixel), ("codebook", codebook), ("commitment", commitment), ("feature", feature)]);
    }

    private static void CopyFoundation(VfmFoundationModel? given, VfmTokenizer network)
    {
        using var scope = NewDisposeScope();
        using var tiny = given is null ? VfmFoundationModel.Tiny() : null;
        using var noGradient = no_grad();
        var source = (given ?? tiny!).Network.state_dict();
        foreach (var (name, tensor) in network.Foundation.state_dict()) tensor.copy_(source[name]);
    }
}
