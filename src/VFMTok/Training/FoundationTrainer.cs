using TorchSharp;
using VFMTok.Foundation;
using VFMTok.Runtime;

namespace VFMTok.Training;

/// <summary>Pretrains small vision transformers on images without labels, by self-distillation. Real foundation models are imported, not trained here.</summary>
public static class FoundationTrainer
{
    /// <summary>Trains a foundation model. With a <see cref="TrainingOptions.Folder"/> the run goes on from its newest checkpoint there, bit for bit as if it had never stopped.</summary>
    /// <param name="options">How.</param>
    /// <param name="images">What from; at least two. See <see cref="TrainingImages.FromFolder(string, int, Action{string}?, CancellationToken)"/>.</param>
    /// <param name="progress">Sees every step.</param>
    /// <param name="log">Gets a line every two seconds.</param>
    /// <param name="device">Where; default CPU.</param>
    /// <param name="cancellation">Checked before every step; a checkpoint is written first, if there is a folder.</param>
    /// <param name="warn">Gets a sentence for everything that goes wrong and does not end the run; default: the log does.</param>
    /// <exception cref="ArgumentException">An option is out of range, there are too few images, or the folder belongs to another run.</exception>
    /// <exception cref="IOException">The folder cannot be written, or another process trains there.</exception>
    /// <exception cref="InvalidOperationException">The gradients of ten steps in a row were infinite or not numbers.</exception>
    /// <exception cref="TrainingCanceledException">Cancellation was asked for.</exception>
    public static VfmFoundationModel Train(FoundationTrainingOptions options, ITrainingImages images, IProgress<TrainingProgress>? progress = null, Action<string>? log = null,
        ComputeDevice? device = null, CancellationToken cancellation = default, Action<string>? warn = null)
    {
        NativeBackend.EnsureLoaded();
        options.Validate();
        if (images.Count < 2) throw new ArgumentException($"There are {images.Count} images to pretrain on; give at least two: a model learns what tells images apart.", nameof(images));
        var target = device ?? ComputeDevice.Cpu;
        var network = SeededDraws.Run(options.Seed, () => new VisionTransformer(options.Config));
        try
        {
            network.to(target.Torch);
            var watchers = TrainingWatchers.Of(progress, log, warn);
            using var batches = new TrainingBatches(images, options.SourceSize, options.BatchSize, options.Seed, ReadAhead.For(new TokenizerTrainingOptions(), images, target), watchers.Warn);
            using var training = new FoundationTraining(options, network, images.Fingerprint, batches, target.Torch);
            return TrainingLoop.Run(options, training, () => new VfmFoundationModel(network, options.ImageSize, target), watchers, cancellation);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
