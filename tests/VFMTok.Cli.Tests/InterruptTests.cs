using System.Diagnostics;
using VFMTok.Imaging;

namespace VFMTok.Cli.Tests;

public sealed class InterruptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vfmtok-cli").FullName;

    [SkippableTheory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public void A_signal_ends_training_with_a_checkpoint_and_the_same_command_goes_on(string signal)
    {
        Skip.If(OperatingSystem.IsWindows(), "needs the kill command");
        Skip.If(signal == "-INT" && IgnoresInterrupts, "this process was started with SIGINT ignored, as shells do for background jobs, and so are its children");
        var images = Directory.CreateDirectory(Path.Combine(_folder, "images", "one")).FullName;
        ImageWriter.SavePng(new RgbImage(80, 70, new byte[80 * 70 * 3]), Path.Combine(images, "a.png"));
        var zip = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "output")).FullName, "model.zip");
        var run = Path.Combine(_folder, "output", "model-training");
        File.WriteAllText(zip, "the old one");

        using var process = Train(zip, steps: 100_000);
        Assert.StartsWith("tokenizer 1/100000", process.StandardOutput.ReadLine()); // it trains
        for (var i = 0; i < 2; i++) Process.Start("kill", [signal, process.Id.ToString()]).WaitForExit(); // launchers signal the process and then its group
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(120_000)) process.Kill(); // never wait for 100,000 steps
        output.Wait();
        Assert.Matches($"^Cancelled at step [0-9]+ of 100000 of the tokenizer; the checkpoint is in '{run}', and the same training goes on from there.$", process.StandardError.ReadToEnd().Trim());
        Assert.Equal(1, process.ExitCode);
        Assert.Equal("the old one", File.ReadAllText(zip));
        using (var unfinished = VFMTok.Tokenizer.VfmTokenizerModel.Load(Path.Combine(run, "tokenizer.safetensors"))) Assert.Equal(64, unfinished.Config.ImageSize); // usable
        var step = Directory.GetFiles(run, "tokenizer-*.safetensors").Select(f => int.Parse(Path.GetFileNameWithoutExtension(f)[10..])).Max();

        using var again = Train(zip, steps: 100_000);
        Assert.StartsWith($"tokenizer {step + 1}/100000", again.StandardOutput.ReadLine());
        again.Kill();

        using var other = Train(zip, steps: 50_000);
        other.WaitForExit();
        Assert.Equal($"The checkpoints in '{run}' belong to another run: Steps is 100000 there and 50000 here; use the same options or another folder.", other.StandardError.ReadToEnd().Trim());
    }

    private static bool IgnoresInterrupts => File.Exists("/proc/self/status")
        && (Convert.ToUInt64(File.ReadLines("/proc/self/status").First(l => l.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim(), 16) & 0b10) != 0;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Process Train(string zip, int steps) =>
        Process.Start(new ProcessStartInfo("dotnet", [typeof(Tool).Assembly.Location, "train", "--images", Path.Combine(_folder, "images"), "--output", zip, "--tokenizer-steps", steps.ToString()])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
