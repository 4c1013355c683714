using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML;
using VFMTok.Evaluation;
using VFMTok.Imaging;
using VFMTok.ML;
using VFMTok.Numpy;

namespace VFMTok.Cli.Tests;

/// <summary>What <c>vfmtok evaluate</c> does with bad input, and when it is stopped.</summary>
public sealed class EvaluateErrorTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    [Fact]
    public void Sets_of_images_that_cannot_be_measured_get_one_sentence()
    {
        var empty = Directory.CreateDirectory(Path.Combine(trained.Folder, "empty")).FullName;
        var nothing = $"There are no images in '{empty}'; give a folder with .jpg, .jpeg, .png, .webp, .bmp, .gif files.";
        Fails(nothing, "reconstruction", "--model", trained.Zip, "--images", empty);
        Fails(nothing, "generation", "--samples", empty, "--reference", trained.Images);
        Fails(nothing, "generation", "--model", trained.Zip, "--count", "4", "--reference", empty);
        Assert.StartsWith("There is no ", Evaluate("reconstruction", "--model", trained.Zip, "--images", trained.Images, "--features", "NO.safetensors").Error);
        Fails("There is no file or folder 'NO'; check the path.", "generation", "--samples", "NO", "--reference", trained.Images);

        var one = Write("one", (64, 64));
        Fails("The distance of reconstructions from their originals needs two images at least and 'one' gave 1; give more images.", "reconstruction", "--model", trained.Zip, "--images", one);
        Fails("A reference needs two images at least and 'one' has one; give more images.", "generation", "--model", trained.Zip, "--count", "4", "--reference", one);
        Fails("A distance needs two samples at least and there is one; give more images.", "generation", "--samples", one, "--reference", Write("four", (64, 64), (64, 64), (64, 64), (64, 64)));

        var mixed = Write("mixed", (64, 64), (80, 70));
        Fails($"'{Path.Combine(mixed, "1.png")}' has 80 x 70 pixels and images before it have 64 x 64; give '--size S' for a center crop of all to S x S.", "generation", "--samples", mixed, "--reference", trained.Images);
        Fails("The samples have 80 x 70 pixels, and a folder of real images is cropped to squares; give '--size S' for a center crop of the samples too, or an .npz as '--reference'.",
            "generation", "--samples", Write("wide", (80, 70), (80, 70)), "--reference", trained.Images);
    }

    [Fact]
    public void Files_of_statistics_and_samples_are_checked()
    {
        var corrupt = Path.Combine(trained.Folder, "corrupt.npz");
        File.WriteAllText(corrupt, "PK\u0003\u0004 and then nothing");
        var (code, output, error) = Evaluate("generation", "--samples", corrupt, "--reference", trained.Images);
        Assert.Equal((Tool.Failed, "", 1), (code, output, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Contains("corrupt.npz", error);
        Assert.Equal(error, Evaluate("generation", "--model", trained.Zip, "--count", "4", "--reference", corrupt).Error);

        var noImages = Path.Combine(trained.Folder, "no-images.npz");
        NpzWriter.Write(noImages, file => file.Add("mu", (ReadOnlySpan<double>)[1, 2, 3, 4, 5]));
        Assert.Contains("has no array 'arr_0' but mu", Evaluate("generation", "--samples", noImages, "--reference", trained.Images).Error);

        using var extractor = FeatureExtractor.Tiny();
        var narrow = Path.Combine(trained.Folder, "narrow.npz");
        NpzWriter.Write(narrow, file =>
        {
            file.Add("mu", (ReadOnlySpan<double>)[1, 2, 3, 4, 5]);
            file.Add("sigma", new double[25], 5, 5);
        });
        Fails($"The reference 'narrow.npz' has features of 5 numbers and Tiny ({extractor.Hash}) makes 96; use Inception-v3 for both, or make the reference anew from its images.",
            "generation", "--model", trained.Zip, "--count", "4", "--reference", narrow);

        var set = new ImageSetStatistics(extractor);
        for (var i = 0; i < 4; i++) set.Add(new RgbImage(64, 64, [.. Enumerable.Repeat((byte)(50 * i), 64 * 64 * 3)]));
        var own = ReferenceStatistics.Of(set, "other");
        var other = new ReferenceStatistics { Name = own.Name, Hash = own.Hash, Extractor = own.Extractor with { Hash = new string('0', 32) }, Pooled = own.Pooled };
        var foreign = Path.Combine(trained.Folder, "foreign.npz");
        other.Save(foreign);
        Fails($"The reference 'other' was made with Tiny ({new string('0', 32)}) and the samples are seen by Tiny ({extractor.Hash}); use the same network for both, or make the reference anew from its images.",
            "generation", "--model", trained.Zip, "--count", "4", "--reference", foreign);
    }

    [Fact]
    public void A_model_without_a_generator_draws_nothing()
    {
        var zip = Path.Combine(trained.Folder, "tokenizer-only.zip");
        using (var model = VfmModelZip.Load(new MLContext(1), trained.Zip)) VfmModelZip.Save(new MLContext(1), zip, model.Tokenizer!);
        Fails($"'{zip}' holds no generator; give a model that 'vfmtok train' wrote.", "generation", "--model", zip, "--count", "4", "--reference", trained.Images);
    }

    [Theory]
    [InlineData("--count is 1; allowed are 2 and more, and 10000 and more for figures that can be compared.", "generation", "--model", "ZIP", "--count", "1", "--reference", "IMAGES")]
    [InlineData("'--model' needs '--count', the number of images to draw; the paper draws 50000.", "generation", "--model", "ZIP", "--reference", "IMAGES")]
    [InlineData("Give '--model' and '--count' to draw samples, or '--samples' for samples that exist; see 'vfmtok evaluate generation --help'.", "generation", "--reference", "IMAGES")]
    [InlineData("Give '--model' and '--count' to draw samples, or '--samples' for samples that exist; see 'vfmtok evaluate generation --help'.", "generation", "--model", "ZIP", "--samples", "IMAGES", "--reference", "IMAGES")]
    [InlineData("'--guidance' says how samples are drawn, and those of '--samples' are drawn already; leave it out, or give '--model' instead.", "generation", "--samples", "IMAGES", "--guidance", "2", "--reference", "IMAGES")]
    [InlineData("--guidance has 'x'; give numbers with commas between them, such as 1,1.5,2.", "generation", "--model", "ZIP", "--count", "4", "--guidance", "1,x", "--reference", "IMAGES")]
    [InlineData("GuidanceScale is 2000; allowed are 0 to 1000, 1 and less switch guidance off.", "generation", "--model", "ZIP", "--count", "4", "--guidance", "2000", "--reference", "IMAGES")]
    [InlineData("TopK is 1000 but the codebook has 512 codes; allowed are 1 to 512, and 0 for all.", "generation", "--model", "ZIP", "--count", "4", "--top-k", "1000", "--reference", "IMAGES")]
    [InlineData("--size is 0; allowed are 1 to 4096 pixels.", "statistics", "--images", "IMAGES", "--size", "0")]
    [InlineData("--output is 'OUT'; give a file whose name ends in '.npz'.", "statistics", "--images", "IMAGES", "--size", "64")]
    [InlineData("--count is 9 and there are 7 images in 'IMAGES'; allowed are 1 to 7, and 0 for all.", "reconstruction", "--model", "ZIP", "--images", "IMAGES", "--count", "9")]
    public void Wrong_usage_gets_one_sentence(string sentence, params string[] arguments)
    {
        var given = arguments.Select(Filled).ToArray();
        Assert.Equal((Tool.WrongUsage, "", Filled(sentence) + "\n"), Evaluate(given));
        Assert.True(!Directory.Exists(Output) || Directory.GetFiles(Output).Length == 0);

        string Filled(string text) => text.Replace("ZIP", trained.Zip).Replace("IMAGES", trained.Images).Replace("OUT", Output);
    }

    [Fact]
    public void What_was_measured_before_a_cancellation_is_kept()
    {
        using var source = new CancellationTokenSource();
        var (folder, flags) = (Directory.CreateDirectory(Path.Combine(trained.Folder, "cancelled")).FullName, new DrawingFlags());
        var command = new RootCommand();
        foreach (var option in flags.All) command.Add(option);
        var parsed = command.Parse(["--count", "4", "--guidance", "1,2,3"]);
        var console = new ToolConsole(new StoppingWriter("guidance 2: 1 of 4", source), TextWriter.Null);
        using var extractor = FeatureExtractor.Tiny();
        using var plan = SamplePlan.OfModel(console, trained.Zip, null, 0, flags, parsed);
        var run = new GenerationRun(plan, extractor, trained.Images, 100, new EvaluationOutput(console, folder, json: false));
        var cancelled = Assert.Throws<EvaluationCanceledException>(() => run.Run(source.Token));
        Assert.Equal($"Cancelled; the figures of 1 of 3 guidance scales are in {Path.Combine(folder, "metrics.json")}.", cancelled.Message);
        Assert.Equal(["metrics.json", "report.html", "samples-1.png"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public void A_signal_ends_an_evaluation_without_a_trace()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs the kill command");
        var folder = Path.Combine(trained.Folder, "signal");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Tool).Assembly.Location, "evaluate", "generation", "--model", trained.Zip, "--count", "100000", "--save-samples", "--reference", trained.Images, "--output", folder])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
        while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("guidance 1: 1 of 100000 images", StringComparison.Ordinal)) { }
        Process.Start("kill", ["-TERM", process.Id.ToString()]).WaitForExit();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(60_000)) process.Kill();
        output.Wait();
        Assert.Equal("Cancelled; nothing was written.", process.StandardError.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
        Assert.Equal(1, process.ExitCode);
        Assert.Empty(Directory.GetFiles(folder));
    }

    private string Output => Path.Combine(trained.Folder, "evaluation");

    private (int Code, string Output, string Error) Evaluate(params string[] arguments) => TrainedModel.Run(["evaluate", .. arguments, "--output", Output, .. arguments[0] == "statistics" ? (string[])[] : ["--json"]]);

    // Warnings of the broken image may come before.
    private void Fails(string sentence, params string[] arguments)
    {
        var (code, output, error) = Evaluate(arguments);
        Assert.Equal((Tool.Failed, "", sentence), (code, output, error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]));
        Assert.All(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[..^1], line => Assert.StartsWith("warning: ", line));
    }

    private string Write(string name, params (int Width, int Height)[] sizes)
    {
        var folder = Directory.CreateDirectory(Path.Combine(trained.Folder, name)).FullName;
        for (var i = 0; i < sizes.Length; i++)
            ImageWriter.SavePng(new RgbImage(sizes[i].Width, sizes[i].Height, [.. Enumerable.Range(0, sizes[i].Width * sizes[i].Height * 3).Select(p => (byte)(p * (i + 1)))]), Path.Combine(folder, $"{i}.png"));
        return folder;
    }

    private sealed class StoppingWriter(string start, CancellationTokenSource source) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value!.StartsWith(start, StringComparison.Ordinal)) source.Cancel();
        }
    }
}
