using TorchSharp;
using VFMTok.Generation;
using VFMTok.Runtime;

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
    /// <summary>Trains a generator. With a <see cref="TrainingOptions.Folder"/> the run goes on from its newest checkpoint there, bit for bit as if it had never stopped.</summary>
    /// <param name="options">How.</param>
    /// <param name="data">What from; at least one image.</param>
    /// <param name="progress">Sees every step.</param>
    /// <param name="log">Gets a line every two seconds.</param>
    /// <param name="device">Where; default CPU.</param>
    /// <param name="cancellation">Checked before every step; a checkpoint is written first, if there is a folder.</param>
    /// <param name="warn">Gets a sentence for everything that goes wrong and does not end the run; default: the log does.</param>
    /// <exception cref="ArgumentException">An option is out of range, the data do not fit together, or the folder belongs to another run.</exception>
    /// <exception cref="IOException">The folder cannot be written, or another process trains there.</exception>
    /// <exception cref="InvalidOperationException">The gradients of ten steps in a row were infinite or not numbers.</exception>
    /// <exception cref="TrainingCanceledException">Cancellation was asked for.</exception>
    public static VfmGeneratorModel Train(GeneratorTrainingOptions options, TokenizedImages data, IProgress<TrainingProgress>? progress = null, Action<string>? log = null,
        ComputeDevice? device = null, CancellationToken cancellation = default, Action<string>? warn = null)
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
            using var training = new GeneratorTraining(options, network, data, target.Torch);
            return TrainingLoop.Run(options, training, () => new VfmGeneratorModel(network, [.. data.ClassNames], data.TokenizerHash, target), TrainingWatchers.Of(progress, log, warn), cancellation);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
