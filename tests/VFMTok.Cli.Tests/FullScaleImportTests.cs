using System.Diagnostics;
using Microsoft.ML;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Imaging;
using VFMTok.ML;
using VFMTok.Tests;
using VFMTok.Tests.Shared;
using static TorchSharp.torch;

namespace VFMTok.Cli.Tests;

/// <summary>The way of the official weights at their full size: checkpoints, import, model zip, another process, tokens. VFMTOK_SKIP_FULLSCALE=1 leaves it out on small machines.</summary>
[Trait("Category", "FullScale")]
public sealed class FullScaleImportTests : IDisposable
{
    private const long Gigabyte = 1_000_000_000, RoomNeeded = 8 * Gigabyte;

    private readonly string _folder = Directory.CreateTempSubdirectory("vfmtok-fullscale").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void Checkpoints_of_full_size_become_a_zip_that_another_process_tokenizes_with()
    {
        Skip.If(Environment.GetEnvironmentVariable("VFMTOK_SKIP_FULLSCALE") == "1", "VFMTOK_SKIP_FULLSCALE is set");
        Skip.If(new DriveInfo(_folder).AvailableFreeSpace < RoomNeeded, $"there is no room for {RoomNeeded:n0} bytes");
        var files = SyntheticCheckpoints.Paper.Files(_folder).Select(f => { f.Write(); return f.Path; }).ToArray();
        Assert.All(Listed(files[1]), name => Assert.DoesNotContain("backbone", name));
        Assert.Equal((344, 430, 88), (Listed(files[0]).Length, Listed(files[1]).Length, Listed(files[2]).Length));

        var zip = Path.Combine(_folder, "model.zip");
        var peak = RunTool("import", "--foundation", files[0], "--tokenizer", files[1], "--generator", files[2], "--output", zip);
        var allowed = (long)(1.5 * files.Max(f => new FileInfo(f).Length)) + Gigabyte;
        Assert.True(peak < allowed, $"the import took {peak:n0} bytes where {allowed:n0} are allowed");

        // The golden image to the golden codes, and the same image in whole bytes as another process sees it.
        using var scope = NewDisposeScope();
        using var fixture = new SafetensorsReader(Path.Combine(Repository.Root, "tests", "Golden", "fullscale_tokenizer", "inputs.safetensors"));
        using var expected = new SafetensorsReader(Path.Combine(Repository.Root, "tests", "Golden", "fullscale_tokenizer", "outputs.safetensors"));
        var golden = expected.Read("indices").to(ScalarType.Int64).data<long>().ToArray();
        using var model = VfmModelZip.Load(new MLContext(), zip);
        using (no_grad()) Assert.Equal(golden, model.Tokenizer!.Network.Encode(fixture.Read("images")).flatten().data<long>().ToArray());
        var image = Rounded(fixture.Read("images"));
        ImageWriter.SavePng(image, Path.Combine(_folder, "image.png"));
        var here = new int[golden.Length];
        model.Tokenizer!.Encode(image.Pixels, 1, here);
        var there = Start(Path.Combine(AppContext.BaseDirectory, "VFMTok.LoadOnly.dll"), zip, Path.Combine(_folder, "image.png")).Output.Split('\n');
        Assert.Equal("False", there[0]); // nothing of the library was loaded before Model.Load
        Assert.Equal(string.Join(' ', here.Select(t => t + 1)), there[1]); // a token t is the key t + 1
        Assert.InRange(here.Zip(golden).Count(t => t.First == t.Second), golden.Length * 9 / 10, golden.Length); // whole bytes move a few codes
    }

    private static string[] Listed(string path)
    {
        using var file = CheckpointFile.Open(path);
        return [.. file.Weights.Names];
    }

    private static RgbImage Rounded(Tensor images)
    {
        var side = (int)images.shape[3];
        var bytes = ((images[0] + 1) * 127.5).round().clamp(0, 255).to(ScalarType.Byte).permute(1, 2, 0).contiguous();
        return new RgbImage(side, side, bytes.bytes.ToArray());
    }

    private static long RunTool(params string[] arguments)
    {
        var (output, peak) = Start(Path.Combine(AppContext.BaseDirectory, "VFMTok.Cli.dll"), arguments);
        Assert.Contains("GPT-B (110,888,448 numbers, from GPT-B.pt: ema)", output);
        return peak;
    }

    // Runs a program to its end and watches its memory.
    private static (string Output, long Peak) Start(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var peak = 0L;
        while (!process.WaitForExit(50))
        {
            process.Refresh();
            try { peak = Math.Max(peak, process.PeakWorkingSet64); }
            catch (InvalidOperationException) { /* it has just ended */ }
        }
        Assert.True(process.ExitCode == 0, $"{Path.GetFileName(program)} ended with {process.ExitCode}: {error.Result}");
        return (output.Result, peak);
    }
}
