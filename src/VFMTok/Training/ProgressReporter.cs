using System.Diagnostics;

namespace VFMTok.Training;

/// <summary>Passes progress on: every step to <see cref="IProgress{T}"/>, and to the log at most every two seconds and at the end.</summary>
internal sealed class ProgressReporter(string phase, int steps, int batch, IProgress<TrainingProgress>? progress, Action<string>? log)
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(2);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _lastLog = TimeSpan.MinValue;

    /// <param name="done">Steps done.</param>
    /// <param name="loss">Objective.</param>
    /// <param name="terms">Its parts.</param>
    public void Report(int done, double loss, IReadOnlyDictionary<string, double> terms)
    {
        var seconds = Math.Max(_watch.Elapsed.TotalSeconds, 1e-3);
        var state = new TrainingProgress(phase, done, steps, loss, terms, done * (double)batch / seconds, TimeSpan.FromSeconds(seconds / done * (steps - done)));
        progress?.Report(state);
        if (log is null || (done < steps && _lastLog >= TimeSpan.Zero && _watch.Elapsed - _lastLog < LogInterval)) return;
        _lastLog = _watch.Elapsed;
        log(state.ToString());
    }
}
