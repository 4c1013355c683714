namespace VFMTok.Training;

/// <summary>Watches the gradients of a run: a step whose gradient is infinite or not a number is skipped by the optimizer and counted here; too many in a row end the run.</summary>
internal sealed class StepGuard
{
    private const int Limit = 10;

    private int _inARow;

    /// <summary>Steps skipped so far.</summary>
    public int Skipped { get; private set; }

    /// <summary>Takes note of a step.</summary>
    /// <param name="norm">The gradient's norm.</param>
    /// <param name="step">1-based.</param>
    /// <param name="rate">Peak learning rate, for the error.</param>
    /// <exception cref="InvalidOperationException">It was the tenth bad step in a row.</exception>
    public void Saw(double norm, int step, double rate)
    {
        if (double.IsFinite(norm))
        {
            _inARow = 0;
            return;
        }
        Skipped++;
        if (++_inARow == Limit)
            throw new InvalidOperationException($"The gradients of the last {Limit} steps, up to step {step}, were infinite or not numbers; lower LearningRate (now {rate}).");
    }

    /// <summary>Adds the number of skipped steps to a report, if there are any.</summary>
    public void Describe(Dictionary<string, double> figures)
    {
        if (Skipped > 0) figures["skipped"] = Skipped;
    }
}
