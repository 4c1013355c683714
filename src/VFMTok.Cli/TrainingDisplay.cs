using Spectre.Console;
using VFMTok.Training;
using VFMTok.Training.Reporting;

namespace VFMTok.Cli;

/// <summary>Shows training: a bar per phase on a terminal, a line now and then elsewhere, nothing for machines. Bars and lines tell loss, speed and time left.</summary>
internal static class TrainingDisplay
{
    private const int BarWidth = 20; // leaves room for the figures on a line of 80 characters
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    /// <param name="output">Where to; null = nowhere.</param>
    /// <param name="work">The training; reports to its argument.</param>
    public static void Run(TextWriter? output, Action<IProgress<TrainingProgress>> work)
    {
        if (output is null) work(new Reporter(_ => { }));
        else if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected) Bars(AnsiConsole.Console, work);
        else Lines(output, work);
    }

    /// <summary>A bar per phase.</summary>
    internal static void Bars(IAnsiConsole console, Action<IProgress<TrainingProgress>> work) => console.Progress()
        .Columns(new ProgressBarColumn { Width = BarWidth }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(context =>
        {
            var tasks = new Dictionary<string, ProgressTask>();
            work(new Reporter(p =>
            {
                var text = Markup.Escape(Describe(p));
                if (!tasks.TryGetValue(p.Phase, out var task)) tasks[p.Phase] = task = context.AddTask(text, maxValue: p.Steps);
                task.Description = text;
                task.Value = p.Step;
            }));
        });

    /// <summary>A line at the start of a phase, every few seconds, and at its end.</summary>
    internal static void Lines(TextWriter output, Action<IProgress<TrainingProgress>> work)
    {
        var (phase, last) = ("", DateTime.MinValue);
        work(new Reporter(p =>
        {
            if (p.Phase == phase && p.Step < p.Steps && DateTime.UtcNow - last < LineInterval) return;
            (phase, last) = (p.Phase, DateTime.UtcNow);
            output.WriteLine(p);
        }));
    }

    // The bar's own estimate knows nothing of steps that were done before a resume; the trainer's does.
    private static string Describe(TrainingProgress p) =>
        $"{p.Phase}  {(p.Learns ? $"loss {p.Loss:f3}  " : "")}{Readable.Speed(p.ImagesPerSecond)} images/s  {(p.Step < p.Steps ? Readable.Duration(p.Remaining) + " left" : "done")}";

    // System.Progress posts to other threads; the display wants the steps in order.
    private sealed class Reporter(Action<TrainingProgress> show) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => show(value);
    }
}
