using TorchSharp;
using VFMTok.Foundation;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>Trains tokenizers on a frozen foundation model (paper section 3.3, spec section 8).</summary>
public static class TokenizerTrainer
{
    /// <summary>Trains a tokenizer. With a <see cref="TrainingOptions.Folder"/> the run goes on from its newest checkpoint there, bit for bit as if it had never stopped.</summary>
    /// <param name="options">How.</param>
    /// <param name="images">What from; at least one.</param>
    /// <param name="progress">Sees every step.</param>
    /// <param name="log">Gets a line every two seconds.</param>
    /// <param name="device">Where; default CPU.</param>
    /// <param name="cancellation">Checked before every step; a checkpoint is written first, if there is a folder.</param>
    /// <param name="warn">Gets a sentence for everything that goes wrong and does not end the run; default: the log does.</param>
    /// <exception cref="ArgumentException">An option is out of range, there are no images, or the folder belongs to another run.</exception>
    /// <exception cref="IOException">The folder cannot be written, or another process trains there.</exception>
    /// <exception cref="InvalidOperationException">The gradients of ten steps in a row were infinite or not numbers.</exception>
    /// <exception cref="TrainingCanceledException">Cancellation was asked for.</exception>
    public static VfmTokenizerModel Train(TokenizerTrainingOptions options, ITrainingImages images, IProgress<TrainingProgress>? progress = null, Action<string>? log = null,
        ComputeDevice? device = null, CancellationToken cancellation = default, Action<string>? warn = null)
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
            var watchers = TrainingWatchers.Of(progress, log, warn);
            using var batches = new TrainingBatches(images, options.Config.ImageSize, options.BatchSize, options.Seed, ReadAhead.For(options, images, target), watchers.Warn); // not cancelled: the loop is, between two steps
            using var training = new TokenizerTraining(options, network, images, batches, target.Torch,
                options.PerceptualWeights is { } weights ? LearnedPerceptualLoss.Load(weights, target.Torch) : null,
                Adversary.Of(options, target.Torch));
            return TrainingLoop.Run(options, training, () => new VfmTokenizerModel(network, target), watchers, cancellation);
        }
        catch
        {
            network.Dispose();
            throw;
        }
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
