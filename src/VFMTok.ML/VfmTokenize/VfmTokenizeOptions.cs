using VFMTok.Training;

namespace VFMTok.ML;

/// <summary>How <c>VfmTokenize</c> trains and runs.</summary>
public sealed class VfmTokenizeOptions : VfmBatchOptions
{
    /// <summary>How the tokenizer is trained by <c>Fit</c>.</summary>
    /// <value>Default: the Tiny tokenizer on the tiny foundation model.</value>
    public TokenizerTrainingOptions Training { get; set; } = new();

    /// <summary>Type of the tokens.</summary>
    /// <value>Default <see cref="VfmTokenType.Key"/>.</value>
    public VfmTokenType TokenType { get; set; }

    /// <summary>Sees every training step.</summary>
    /// <value>Default null. A line every two seconds goes to <c>MLContext.Log</c> in any case.</value>
    public IProgress<TrainingProgress>? Progress { get; set; }

    /// <summary>Stops the training.</summary>
    /// <value>Default: never.</value>
    public CancellationToken Cancellation { get; set; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (!Enum.IsDefined(TokenType)) throw new ArgumentException($"TokenType is {TokenType}; allowed are Key and UInt32.");
        Training.Validate();
    }
}
