using VFMTok.Generation;
using VFMTok.Training;

namespace VFMTok.ML;

/// <summary>How <c>VfmGenerateTokens</c> and <c>VfmClassToImage</c> train and draw.</summary>
public sealed class VfmGenerateOptions : VfmBatchOptions
{
    /// <summary>How the generator is trained by <c>Fit</c>.</summary>
    /// <value>Default: the Tiny generator.</value>
    public GeneratorTrainingOptions Training { get; set; } = new();

    /// <summary>Which crops of each image <c>Fit</c> learns from. If the images that the tokens column was made from are there still, and their tokenizer lives in this process, they are tokenized once, in
    /// all variants; else the tokens column itself is learned from.</summary>
    /// <value>Default <see cref="CodeAugmentation.Flip"/>; <see cref="CodeAugmentation.None"/>: always the tokens column itself.</value>
    public CodeAugmentation Augmentation { get; set; } = CodeAugmentation.Flip;

    /// <summary>Codes of each slot that are learned from, the nearest first; more than one is for random-order training.</summary>
    /// <value>Default 1.</value>
    public int Ranks { get; set; } = 1;

    /// <summary>Folder of the code cache that <c>Fit</c> fills or finds filled.</summary>
    /// <value>Default null: <c>codes</c> in the folder of the training; without one, codes are kept in memory.</value>
    public string? CodesFolder { get; set; }

    /// <summary>Folder of a code cache that <see cref="CodeEncoder"/> or <c>vfmtok encode</c> made, of the tokens column's tokenizer and of the label column's classes. <c>Fit</c> learns from it and reads neither
    /// images nor tokens.</summary>
    /// <value>Default null.</value>
    public string? Codes { get; set; }

    /// <summary>How tokens are drawn.</summary>
    /// <value>Default: temperature 1, no guidance.</value>
    public SamplingOptions Sampling { get; set; } = new();

    /// <summary>Seed of the pictures. A picture depends on it, on its class and on its row's id (<c>DataViewRowId</c>) alone: not on batch size, neighbours or order of rows.
    /// A <c>PredictionEngine</c> numbers its rows, so repeated predictions give different pictures, the same ones for every engine. Picture i of <c>vfmtok generate</c> with the same
    /// seed is that of row i (<see cref="VfmPictureSeeds"/>).</summary>
    /// <value>Default 1.</value>
    public long Seed { get; set; } = 1;

    /// <summary>What becomes of rows whose label is missing or names a class that the generator does not know.</summary>
    /// <value>Default: reading them is an error that names the label. It stays with the transformer and is saved with it.</value>
    public VfmUnknownLabels UnknownLabels { get; set; }

    /// <summary>Sees every training step.</summary>
    /// <value>Default null. A line every two seconds goes to <c>MLContext.Log</c> in any case.</value>
    public IProgress<TrainingProgress>? Progress { get; set; }

    /// <summary>Stops training and drawing.</summary>
    /// <value>Default: never.</value>
    public CancellationToken Cancellation { get; set; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Training.Validate();
        new CodeEncodingOptions { Augmentation = Augmentation, Ranks = Ranks, BatchSize = BatchSize }.Validate();
        Sampling.Validate();
        if (!Enum.IsDefined(UnknownLabels)) throw new ArgumentException($"UnknownLabels is {UnknownLabels}; allowed are {string.Join(" and ", Enum.GetNames<VfmUnknownLabels>())}.");
    }
}
