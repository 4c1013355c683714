using System.Diagnostics;
using VFMTok.Imaging;
using VFMTok.Training.Reporting;

namespace VFMTok.Training;

/// <summary>Passes progress on: every step to <see cref="IProgress{T}"/>, to the log at most every two seconds and at the end, and to the record in the run's folder as often as the options say.</summary>
/// <param name="phase">What is trained.</param>
/// <param name="options">The run's.</param>
/// <param name="startStep">Steps done when this process took over.</param>
/// <param name="watchers">Who is told.</param>
internal sealed class ProgressReporter(string phase, TrainingOptions options, int startStep, TrainingWatchers watchers) : IDisposable
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(2);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly TrainingRecord? _record = options.Folder is null ? null : new TrainingRecord(options.Folder, phase, startStep, RunOptions.Describe(options), watchers.Warn);
    private TimeSpan _lastLog = TimeSpan.MinValue;

    /// <param name="done">Steps done.</param>
    /// <param name="result">What the last one gave.</param>
    /// <param name="rate">Its learning rate.</param>
    public void Report(int done, StepResult result, double rate)
    {
        var seconds = Math.Max(_watch.Elapsed.TotalSeconds, 1e-3);
        var own = done - startStep; // of this process
        var state = new TrainingProgress(phase, done, options.Steps, result.Loss, result.Terms, own * (double)options.BatchSize / seconds, TimeSpan.FromSeconds(seconds / own * (options.Steps - done)));
        if (done % options.RecordEvery == 0 || done == 1 || done == options.Steps || result.IsNotable || !double.IsFinite(result.GradientNorm)) _record?.Write(state, rate, result.GradientNorm);
        watchers.Progress?.Report(state);
        if (result.Alert is { } alert)
        {
            _record?.Note(done, alert);
            watchers.Warn(alert);
        }
        if (done < options.Steps && _lastLog >= TimeSpan.Zero && _watch.Elapsed - _lastLog < LogInterval) return;
        _lastLog = _watch.Elapsed;
        watchers.Log(state.ToString());
    }

    /// <summary>Keeps a picture, if it is time for one.</summary>
    public void Picture(int done, Func<RgbImage?> draw)
    {
        if (_record is null || options.PictureEvery == 0 || (done % options.PictureEvery != 0 && done != options.Steps)) return;
        if (draw() is { } picture) _record.Picture(done, picture);
    }

    /// <summary>Writes the report.</summary>
    /// <param name="outcome">How the run ended.</param>
    public void Finish(string outcome) => _record?.Finish(outcome);

    public void Dispose() => _record?.Dispose();
}
