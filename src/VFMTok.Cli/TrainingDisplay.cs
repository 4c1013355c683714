using Spectre.Console;
using VFMTok.Training;

namespace VFMTok.Cli;

/// <summary>Shows training: a bar per phase on a terminal, a line now and then elsewhere, nothing for machines.</summary>
internal static class TrainingDisplay
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    /// <param name="output">Where to; null = nowhere.</param>
    /// <param name="work">The training; reports to its argument.</param>
    public static void Run(TextWriter? output, Action<IProgress<TrainingProgress>> work)
    {
        if (output is null) work(new Reporter(_ => { }));
        else if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected) Bars(work);
        else Lines(output, work);
    }

    private static void Bars(Action<IProgress<TrainingProgress>> work) => AnsiConsole.Progress()
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .Start(context =>
        {
            var tasks = new Dictionary<string, ProgressTask>();
            work(new Reporter(p =>
            {
                if (!tasks.TryGetValue(p.Phase, out var task)) tasks[p.Phase] = task = context.AddTask(p.Phase, maxValue: p.Steps);
                task.Value = p.Step;
                task.Description = $"{p.Phase}  loss {p.Loss:f3}  {p.ImagesPerSecond:f0} images/s";
            }));
        });

    private static void Lines(TextWriter output, Action<IProgress<TrainingProgress>> work)
    {
        var last = DateTime.MinValue;
        work(new Reporter(p =>
        {
            if (p.Step < p.Steps && DateTime.UtcNow - last < LineInterval) return;
            last = DateTime.UtcNow;
            output.WriteLine(p);
        }));
    }

    // System.Progress posts to other threads; the display wants the steps in order.
    private sealed class Reporter(Action<TrainingProgress> show) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => show(value);
    }
}
