using Spectre.Console;
using VFMTok.Training;

namespace VFMTok.Cli.Tests;

public class TrainingDisplayTests
{
    private static void Train(IProgress<TrainingProgress> progress)
    {
        foreach (var phase in new[] { "tokenizer", "generator" })
            for (var step = 1; step <= 3; step++)
                progress.Report(new TrainingProgress(phase, step, 3, 0.5 / step, new Dictionary<string, double> { ["pixel"] = 0.25 }, 0.5, TimeSpan.FromSeconds(4000 * (3 - step))));
    }

    [Fact]
    public void Lines_tell_loss_speed_and_time_left_at_both_ends_of_a_phase()
    {
        var output = new StringWriter();
        TrainingDisplay.Run(output, Train);
        Assert.Equal(
        [
            "tokenizer 1/3: loss 0.5000 (pixel 0.250), 0.5 images/s, 2:13:20 left", "tokenizer 3/3: loss 0.1667 (pixel 0.250), 0.5 images/s, 0:00 left",
            "generator 1/3: loss 0.5000 (pixel 0.250), 0.5 images/s, 2:13:20 left", "generator 3/3: loss 0.1667 (pixel 0.250), 0.5 images/s, 0:00 left",
        ], output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Bars_tell_them_too_on_lines_of_80_characters()
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 80;
        TrainingDisplay.Bars(console, Train);
        Assert.Contains("100%", output.ToString());
        Assert.Contains("tokenizer  loss 0.167  0.5 images/s  done", output.ToString());
        Assert.Contains("generator  loss 0.167  0.5 images/s  done", output.ToString());
        Assert.DoesNotContain("…", output.ToString());
    }

    [Fact]
    public void Machines_are_shown_nothing_and_the_training_runs()
    {
        var ran = false;
        TrainingDisplay.Run(null, progress => { Train(progress); ran = true; });
        Assert.True(ran);
    }
}
