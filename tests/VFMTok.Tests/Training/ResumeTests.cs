using System.Diagnostics;
using VFMTok.Checkpoints;

namespace VFMTok.Tests.Training;

/// <summary>A training that is killed goes on as if nothing had happened. The trainings run in processes of their own (VFMTok.Interrupted).</summary>
public class ResumeTests
{
    [Theory]
    [InlineData("tokenizer", 5, 4)]
    [InlineData("generator", 3, 4)]
    [InlineData("random-order", 3, 4)]
    public void A_run_that_was_killed_and_resumed_equals_one_in_one_go_bit_for_bit(string phase, int before, int after)
    {
        using var work = new WorkFolder();
        var (whole, cut) = (work.Path("whole"), work.Path("cut"));
        Assert.Equal("done", Run(phase, whole, before + after).Last);
        Assert.Equal($"step {before + 1}", Run(phase, cut, before + after, killAfter: before).Last);
        var resumed = Run(phase, cut, before + after);
        Assert.Equal($"step {before + 1}", resumed.Steps[0]); // its checkpoint had not been written yet
        Assert.Equal("done", resumed.Last);
        var file = $"{(phase == "tokenizer" ? phase : "generator")}-{before + after:d9}.safetensors";
        RequireEqual(Path.Combine(whole, file), Path.Combine(cut, file));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Fifty_kills_at_random_moments_always_leave_a_checkpoint_to_go_on_from()
    {
        using var work = new WorkFolder();
        var (whole, folder, random) = (work.Path("whole"), work.Path("killed"), new Random(7));
        const int Steps = 400;
        var (reached, stepTime) = (0, 0.0);
        for (var kill = 0; kill < 50; kill++)
        {
            using var process = Start("tokenizer", folder, Steps, int.MaxValue);
            Assert.Equal("started", process.StandardOutput.ReadLine());
            var first = process.StandardOutput.ReadLine();
            Assert.True(first?.StartsWith("step ", StringComparison.Ordinal) == true, $"kill {kill}: {first} {(first is null ? process.StandardError.ReadToEnd() : "")}");
            Assert.True(int.Parse(first![5..]) > reached, $"kill {kill}: the run went back from step {reached} to {first}"); // a checkpoint is never lost
            if (kill == 0) // how long a step takes here, beside whatever else runs
            {
                var watch = Stopwatch.StartNew();
                Assert.StartsWith("step ", process.StandardOutput.ReadLine());
                stepTime = watch.Elapsed.TotalMilliseconds;
            }
            Thread.Sleep(random.Next(0, (int)(4 * stepTime))); // during one of the next steps or while a checkpoint is written
            process.Kill();
            process.WaitForExit();
            reached = NewestStep(folder);
        }
        Assert.True(reached > 20, $"only {reached} steps were made");
        Assert.Empty(Directory.GetFiles(folder, "*.tmp").Skip(1)); // at most the one that the last kill cut off
        Assert.Equal("done", Run("tokenizer", folder, Steps).Last);
        Assert.Equal("done", Run("tokenizer", whole, Steps).Last);
        RequireEqual(Path.Combine(whole, $"tokenizer-{Steps:d9}.safetensors"), Path.Combine(folder, $"tokenizer-{Steps:d9}.safetensors"));
    }

    private static int NewestStep(string folder) => Directory.GetFiles(folder, "tokenizer-*.safetensors").Select(f => int.Parse(Path.GetFileNameWithoutExtension(f)[10..])).DefaultIfEmpty(0).Max();

    private static (string[] Steps, string Last) Run(string phase, string folder, int steps, int killAfter = int.MaxValue)
    {
        using var process = Start(phase, folder, steps, killAfter);
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.True(lines.Length > 1, errors.Result);
        return ([.. lines.Where(l => l.StartsWith("step ", StringComparison.Ordinal))], lines[^1]);
    }

    private static Process Start(string phase, string folder, int steps, int killAfter) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "VFMTok.Interrupted.dll"), phase, folder, steps.ToString(), killAfter.ToString()])
            { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["OMP_NUM_THREADS"] = "1" } })!; // other tests run beside it

    private static void RequireEqual(string expected, string actual)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using SafetensorsReader a = new(expected), b = new(actual);
        Assert.Equal(a.Names, b.Names);
        Assert.Equal(a.Metadata["identity"], b.Metadata["identity"]);
        foreach (var name in a.Names) Assert.True(a.Read(name).bytes.SequenceEqual(b.Read(name).bytes), $"'{name}' differs");
    }
}
