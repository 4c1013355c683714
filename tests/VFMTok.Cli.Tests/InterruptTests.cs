using System.Diagnostics;
using VFMTok.Imaging;

namespace VFMTok.Cli.Tests;

public class InterruptTests
{
    [SkippableFact]
    public void Ctrl_c_ends_training_with_one_sentence_and_leaves_the_old_zip_alone()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs the kill command");
        var folder = Directory.CreateTempSubdirectory("vfmtok-cli").FullName;
        try
        {
            var images = Directory.CreateDirectory(Path.Combine(folder, "images", "one")).FullName;
            ImageWriter.SavePng(new RgbImage(80, 70, new byte[80 * 70 * 3]), Path.Combine(images, "a.png"));
            var output = Directory.CreateDirectory(Path.Combine(folder, "output")).FullName;
            var zip = Path.Combine(output, "model.zip");
            File.WriteAllText(zip, "the old one");
            using var process = Process.Start(new ProcessStartInfo("dotnet",
                [typeof(Tool).Assembly.Location, "train", "--images", Path.Combine(folder, "images"), "--output", zip, "--tokenizer-steps", "100000"])
                { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Assert.StartsWith("tokenizer 1/100000", process.StandardOutput.ReadLine()); // it trains
            Process.Start("kill", ["-INT", process.Id.ToString()]).WaitForExit();
            process.StandardOutput.ReadToEnd();
            Assert.Equal("Cancelled; nothing was written.", process.StandardError.ReadToEnd().Trim());
            Assert.True(process.WaitForExit(60_000));
            Assert.Equal(1, process.ExitCode);
            Assert.Equal([zip], Directory.GetFiles(output));
            Assert.Equal("the old one", File.ReadAllText(zip));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
