using VFMTok.Evaluation;

namespace VFMTok.ML;

/// <summary>What the evaluations of images have in common.</summary>
public abstract class VfmEvaluationOptions
{
    private protected VfmEvaluationOptions() { }

    /// <summary>Side of the square to which images of both sides are resized with Pillow's bicubic filter before anything is measured, pixels.</summary>
    /// <value>Default 0: they are measured as they are. The paper resizes its 336 pixels to 256 (spec 10.2).</value>
    public int ResizeTo { get; set; }

    /// <summary>Gets the number of images, or pairs of them, seen so far; of references beside samples, anew from 0.</summary>
    /// <value>Default null.</value>
    public IProgress<long>? Progress { get; set; }

    /// <summary>Stops between two rows with an <see cref="OperationCanceledException"/>.</summary>
    /// <value>Default: never.</value>
    public CancellationToken Cancellation { get; set; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public virtual void Validate()
    {
        if (ResizeTo is < 0 or > ReconstructionEvaluatorOptions.LargestSide)
            throw new ArgumentException($"ResizeTo is {ResizeTo}; allowed are 0 (no resizing) to {ReconstructionEvaluatorOptions.LargestSide} pixels.");
    }

    /// <summary>Tells of a row, unless cancellation was asked for.</summary>
    internal void Report(long rows)
    {
        Cancellation.ThrowIfCancellationRequested();
        Progress?.Report(rows);
    }

    /// <summary>How images are resized, in the words of <see cref="EvaluationProtocol.Resize"/>; null = not at all.</summary>
    internal string? ResizeText => new ReconstructionEvaluatorOptions { ResizeTo = ResizeTo }.ResizeText;
}
