namespace VFMTok.Training;

/// <summary>Learning rates over the steps of a run.</summary>
internal static class Schedules
{
    /// <summary>Rises linearly, then falls as a half cosine to its minimum.</summary>
    /// <param name="peak">Largest rate.</param>
    /// <param name="step">0-based.</param>
    /// <param name="steps">All steps.</param>
    /// <param name="warmup">Steps of the rise.</param>
    /// <param name="minimumRatio">The end's share of the peak.</param>
    public static double WarmupCosine(double peak, int step, int steps, int warmup, double minimumRatio = 0.01)
    {
        if (step < warmup) return peak * (step + 1) / warmup;
        var progress = (step - warmup) / (double)Math.Max(1, steps - warmup);
        return peak * (minimumRatio + (1 - minimumRatio) * 0.5 * (1 + Math.Cos(Math.PI * progress)));
    }
}
