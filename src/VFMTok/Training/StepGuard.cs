namespace VFMTok.Training;

/// <summary>Watches the gradients of a run: a step whose gradient is infinite or not a number is skipped by the optimizer and counted here; too many in a row end the run.</summary>
/// <param name="skipped">Steps skipped before, in a run that is resumed.</param>
/// <param name="inARow">The last of them without a good one in between.</param>
internal sealed class StepGuard(int skipped = 0, int inARow = 0)
{
    private const int Limit = 10;

    /// <summary>Steps skipped so far.</summary>
    public int Skipped { get; private set; } = skipped;

    /// <summary>The last of them without a good one in between.</summary>
    public int InARow { get; private set; } = inARow;

    /// <summary>Takes note of a step.</summary>
    /// <param name="norm">The gradient's norm.</param>
    /// <param name="step">1-based.</param>
    /// <param name="rate">Peak learning rate, for the error.</param>
    /// <exception cref="InvalidOperationException">It was the tenth bad step in a row.</exception>
    public void Saw(double norm, int step, double rate)
    {
        if (double.IsFinite(norm))
        {
            InARow = 0;
            return;
        }
        Skipped++;
        if (++InARow == Limit)
            throw new InvalidOperationException($"The gradients of the last {Limit} steps, up to step {step}, were infinite or not numbers; lower LearningRate (now {rate}).");
    }

    /// <summary>Adds the number of skipped steps to a report, if there are any.</summary>
    public void Describe(Dictionary<string, double> figures)
    {
        if (Skipped > 0) figures["skipped"] = Skipped;
    }
}
