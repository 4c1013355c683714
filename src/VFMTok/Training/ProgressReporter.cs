using System.Diagnostics;
using VFMTok.Imaging;

namespace VFMTok.Training;

/// <summary>Passes progress on: every step to <see cref="IProgress{T}"/>, and to the log at most every two seconds and at the end.</summary>
internal sealed class ProgressReporter(string phase, TrainingOptions options, TrainingPosition start, TrainingWatchers watchers) : IDisposable
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(2);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _lastLog = TimeSpan.MinValue;

    /// <param name="done">Steps done.</param>
    /// <param name="result">What the last one gave.</param>
    /// <param name="rate">Its learning rate.</param>
    public void Report(int done, StepResult result, double rate)
    {
        var seconds = Math.Max(_watch.Elapsed.TotalSeconds, 1e-3);
        var own = done - start.Step; // of this process
        var state = new TrainingProgress(phase, done, options.Steps, result.Loss, result.Terms, own * (double)options.BatchSize / seconds, TimeSpan.FromSeconds(seconds / own * (options.Steps - done)));
        watchers.Progress?.Report(state);
        if (result.Alert is { } alert) watchers.Warn(alert);
        if (done < options.Steps && _lastLog >= TimeSpan.Zero && _watch.Elapsed - _lastLog < LogInterval) return;
        _lastLog = _watch.Elapsed;
        watchers.Log(state.ToString());
    }

    public bool WantsPicture(int done) => false;

    public void Picture(int done, RgbImage? picture) { }

    public void Finish() { }

    public void Dispose() { }
}
