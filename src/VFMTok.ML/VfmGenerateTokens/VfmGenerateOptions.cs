using VFMTok.Generation;
using VFMTok.Training;

namespace VFMTok.ML;

/// <summary>How <c>VfmGenerateTokens</c> and <c>VfmClassToImage</c> train and draw.</summary>
public sealed class VfmGenerateOptions : VfmBatchOptions
{
    /// <summary>How the generator is trained by <c>Fit</c>.</summary>
    /// <value>Default: the Tiny generator.</value>
    public GeneratorTrainingOptions Training { get; set; } = new();

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
        Sampling.Validate();
        if (!Enum.IsDefined(UnknownLabels)) throw new ArgumentException($"UnknownLabels is {UnknownLabels}; allowed are {string.Join(" and ", Enum.GetNames<VfmUnknownLabels>())}.");
    }
}
