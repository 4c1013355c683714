using TorchSharp;
using VFMTok.Generation;
using VFMTok.Runtime;
using VFMTok.Tokenizer;

namespace VFMTok.Training;

/// <summary>Trains generators: cross-entropy of every code, with class dropout (paper section 4, spec 9.5 and 9.7).</summary>
public static class GeneratorTrainer
{
    /// <summary>Trains a generator. With a <see cref="TrainingOptions.Folder"/> the run goes on from its newest checkpoint there, bit for bit as if it had never stopped.</summary>
    /// <param name="options">How.</param>
    /// <param name="data">What from; at least one image.</param>
    /// <param name="progress">Sees every step.</param>
    /// <param name="log">Gets a line every two seconds.</param>
    /// <param name="device">Where; default CPU.</param>
    /// <param name="cancellation">Checked before every step; a checkpoint is written first, if there is a folder.</param>
    /// <param name="warn">Gets a sentence for everything that goes wrong and does not end the run; default: the log does.</param>
    /// <param name="tokenizer">Turns samples into pictures for the record of the run; default: no pictures.</param>
    /// <exception cref="ArgumentException">An option is out of range, the data do not fit together, or the folder belongs to another run.</exception>
    /// <exception cref="IOException">The folder cannot be written, or another process trains there.</exception>
    /// <exception cref="InvalidOperationException">The gradients of ten steps in a row were infinite or not numbers.</exception>
    /// <exception cref="TrainingCanceledException">Cancellation was asked for.</exception>
    public static VfmGeneratorModel Train(GeneratorTrainingOptions options, ITokenizedImages data, IProgress<TrainingProgress>? progress = null, Action<string>? log = null,
        ComputeDevice? device = null, CancellationToken cancellation = default, Action<string>? warn = null, VfmTokenizerModel? tokenizer = null)
    {
        NativeBackend.EnsureLoaded();
        options.Validate();
        var config = options.Config with { TokenGrid = data.TokenGrid, CodebookSize = data.CodebookSize, ClassCount = data.ClassNames.Count };
        config.Validate();
        if (data.Count < 1) throw new ArgumentException("There are no tokenized images to train on; give at least one.", nameof(data));
        if (tokenizer is not null && tokenizer.Hash != data.TokenizerHash)
            throw new ArgumentException($"The tokens were made by tokenizer {data.TokenizerHash} but tokenizer {tokenizer.Hash} was given for the pictures; use the one that made them.", nameof(tokenizer));
        var target = device ?? ComputeDevice.Cpu;
        var network = SeededDraws.Run(options.Seed, () => GeneratorNetwork.Of(config));
        try
        {
            network.to(target.Torch);
            using var training = new GeneratorTraining(options, network, data, target.Torch, tokenizer);
            return TrainingLoop.Run(options, training, () => new VfmGeneratorModel(network, [.. data.ClassNames], data.TokenizerHash, target), TrainingWatchers.Of(progress, log, warn), cancellation);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
