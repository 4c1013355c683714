using System.Diagnostics;
using VFMTok.Training.Reporting;

namespace VFMTok.Cli;

/// <summary>A moment of an evaluation.</summary>
/// <param name="Phase">What is done.</param>
/// <param name="Done">Images that are.</param>
/// <param name="Total">Of how many.</param>
/// <param name="Elapsed">Time since the first.</param>
internal readonly record struct EvaluationProgress(string Phase, long Done, long Total, TimeSpan Elapsed)
{
    private const int Telling = 32; // fewer images say nothing of the time to come: they arrive in groups

    private static readonly ProgressDisplay<EvaluationProgress> Display = new(p => new Shown(p.Phase, p.Done, p.Total, $"{p.Phase}  {p.Rate}", $"{p.Phase}: {p.Done} of {p.Total} images, {p.Rate}"));

    private string Rate
    {
        get
        {
            var speed = Done / Math.Max(Elapsed.TotalSeconds, 1e-3);
            return $"{Readable.Speed(speed)} images/s{(Done >= Telling && Done < Total ? $", {Readable.Duration(TimeSpan.FromSeconds((Total - Done) / speed))} left" : "")}";
        }
    }

    /// <inheritdoc cref="ProgressDisplay{T}.Run"/>
    public static void Run(TextWriter? output, Action<IProgress<EvaluationProgress>> work) => Display.Run(output, work);

    /// <summary>Reports items as they are used up.</summary>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public static IEnumerable<T> Follow<T>(IEnumerable<T> items, string phase, long total, IProgress<EvaluationProgress> progress, CancellationToken cancellation)
    {
        var (clock, done) = (Stopwatch.StartNew(), 0L);
        foreach (var item in items)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return item;
            progress.Report(new EvaluationProgress(phase, ++done, total, clock.Elapsed));
        }
    }

    /// <summary>Takes the bare count that parts of the library report.</summary>
    public static IProgress<long> Count(string phase, long total, IProgress<EvaluationProgress> progress) => new Counter(phase, total, progress);

    private sealed class Counter(string phase, long total, IProgress<EvaluationProgress> progress) : IProgress<long>
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();

        public void Report(long value) => progress.Report(new EvaluationProgress(phase, value, total, _clock.Elapsed));
    }
}
