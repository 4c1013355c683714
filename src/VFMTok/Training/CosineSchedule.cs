namespace VFMTok.Training;

/// <summary>Learning rate over the updates of a run: a linear warm-up, then half a cosine down to the minimum (spec 8.7; timm's CosineLRScheduler with a warm-up prefix).</summary>
/// <param name="Peak">Largest rate.</param>
/// <param name="Minimum">Rate at the end of the cosine and after it. The reference sets it to <paramref name="Peak"/>: a constant rate after the warm-up.</param>
/// <param name="Warmup">Updates of the warm-up; 0 = none.</param>
/// <param name="WarmupStart">Rate that the warm-up starts from.</param>
/// <param name="Decay">Updates of the cosine, counted from the end of the warm-up.</param>
internal sealed record CosineSchedule(double Peak, double Minimum, long Warmup, double WarmupStart, long Decay)
{
    /// <summary>The rate of an update.</summary>
    /// <param name="update">1-based: 1 is the first update. 0 gives the rate before it.</param>
    public double At(long update)
    {
        if (update < Warmup) return WarmupStart + update * ((Peak - WarmupStart) / Warmup);
        var done = update - Warmup;
        return done < Decay ? Minimum + 0.5 * (Peak - Minimum) * (1 + Math.Cos(Math.PI * done / Decay)) : Minimum;
    }
}
