namespace VFMTok.Training;

/// <summary>Who is told about a training.</summary>
/// <param name="Progress">Sees every step.</param>
/// <param name="Log">Gets a line every two seconds and at special moments.</param>
/// <param name="Warn">Gets a sentence for everything that goes wrong and does not end the run.</param>
internal sealed record TrainingWatchers(IProgress<TrainingProgress>? Progress, Action<string> Log, Action<string> Warn)
{
    /// <summary>Watchers of callbacks that may be missing; warnings go to the log if nobody asks for them.</summary>
    public static TrainingWatchers Of(IProgress<TrainingProgress>? progress, Action<string>? log, Action<string>? warn) => new(progress, log ?? (_ => { }), warn ?? log ?? (_ => { }));
}
