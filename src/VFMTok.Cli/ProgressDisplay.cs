using Spectre.Console;

namespace VFMTok.Cli;

/// <summary>A moment of long work, as it is shown.</summary>
/// <param name="Phase">Work of one phase shares a bar.</param>
/// <param name="Done">How much is done.</param>
/// <param name="Total">Of how much.</param>
/// <param name="Bar">Text behind the bar.</param>
/// <param name="Line">Line where there are no bars.</param>
internal readonly record struct Shown(string Phase, double Done, double Total, string Bar, string Line);

/// <summary>Shows long work: a bar per phase on a terminal, a line now and then elsewhere, nothing for machines.</summary>
/// <typeparam name="T">What the work reports.</typeparam>
/// <param name="describe">How that is shown.</param>
internal sealed class ProgressDisplay<T>(Func<T, Shown> describe)
{
    private const int BarWidth = 20; // leaves room for the figures on a line of 80 characters
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    /// <param name="output">Where to; null = nowhere.</param>
    /// <param name="work">The work; reports to its argument.</param>
    public void Run(TextWriter? output, Action<IProgress<T>> work)
    {
        if (output is null) work(new Reporter(_ => { }));
        else if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected) Bars(AnsiConsole.Console, work);
        else Lines(output, work);
    }

    /// <summary>A bar per phase.</summary>
    public void Bars(IAnsiConsole console, Action<IProgress<T>> work) => console.Progress()
        .Columns(new ProgressBarColumn { Width = BarWidth }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(context =>
        {
            var tasks = new Dictionary<string, ProgressTask>();
            work(new Reporter(value =>
            {
                var shown = describe(value);
                var text = Markup.Escape(shown.Bar);
                if (!tasks.TryGetValue(shown.Phase, out var task)) tasks[shown.Phase] = task = context.AddTask(text, maxValue: shown.Total);
                task.Description = text;
                task.Value = shown.Done;
            }));
        });

    /// <summary>A line at the start of a phase, every few seconds, and at its end.</summary>
    public void Lines(TextWriter output, Action<IProgress<T>> work)
    {
        var (phase, last) = ("", DateTime.MinValue);
        work(new Reporter(value =>
        {
            var shown = describe(value);
            if (shown.Phase == phase && shown.Done < shown.Total && DateTime.UtcNow - last < LineInterval) return;
            (phase, last) = (shown.Phase, DateTime.UtcNow);
            output.WriteLine(shown.Line);
        }));
    }

    // System.Progress posts to other threads; the display wants the steps in order.
    private sealed class Reporter(Action<T> show) : IProgress<T>
    {
        public void Report(T value) => show(value);
    }
}
