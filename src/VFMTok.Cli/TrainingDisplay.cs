using Spectre.Console;
using VFMTok.Training;
using VFMTok.Training.Reporting;

namespace VFMTok.Cli;

/// <summary>Shows training: bars and lines tell loss, speed and time left.</summary>
internal static class TrainingDisplay
{
    private static readonly ProgressDisplay<TrainingProgress> Display = new(p => new Shown(p.Phase, p.Step, p.Steps, Describe(p), p.ToString()));

    /// <inheritdoc cref="ProgressDisplay{T}.Run"/>
    public static void Run(TextWriter? output, Action<IProgress<TrainingProgress>> work) => Display.Run(output, work);

    /// <inheritdoc cref="ProgressDisplay{T}.Bars"/>
    internal static void Bars(IAnsiConsole console, Action<IProgress<TrainingProgress>> work) => Display.Bars(console, work);

    // The bar's own estimate knows nothing of steps that were done before a resume; the trainer's does.
    private static string Describe(TrainingProgress p) =>
        $"{p.Phase}  {(p.Learns ? $"loss {p.Loss:f3}  " : "")}{Readable.Speed(p.ImagesPerSecond)} images/s  {(p.Step < p.Steps ? Readable.Duration(p.Remaining) + " left" : "done")}";
}
