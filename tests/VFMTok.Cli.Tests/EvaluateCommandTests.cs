using System.Text.Json.Nodes;
using Microsoft.ML;
using VFMTok.Evaluation;
using VFMTok.Generation;
using VFMTok.Imaging;
using VFMTok.ML;
using VFMTok.Tests.Shared;

namespace VFMTok.Cli.Tests;

public sealed class EvaluateCommandTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    private const string Few = "Only {0} images: of fewer than 10000 the FD-Tiny comes out too large; compare with figures of the same number only.";

    [Fact]
    public void Reconstructions_are_measured_as_the_library_measures_them()
    {
        var folder = Below("reconstruction");
        var (code, output, error) = TrainedModel.Run("evaluate", "reconstruction", "--model", trained.Zip, "--images", trained.Images, "--output", folder, "--json", "--resize", "32");
        Assert.True(code == Tool.Done, error);
        var line = JsonNode.Parse(output)!;
        Assert.True(JsonNode.DeepEquals(line, Entries(folder).Single()));
        Assert.Equal(["metrics.json", "pairs.png", "report.html"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        using var zip = VfmModelZip.Load(new MLContext(), trained.Zip);
        using var extractor = FeatureExtractor.Tiny();
        var evaluator = new ReconstructionEvaluator(new() { Extractor = extractor, CodebookSize = 512, ResizeTo = 32 });
        foreach (var path in Directory.GetFiles(trained.Images, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var original = Crops.CenterCrop(ImageDecoder.Decode(path), 64);
            var tokens = TokenizeCommand.Encode(zip.Tokenizer!, original, Runtime.Precision.Float32);
            evaluator.Add(original, TokenizeCommand.Decode(zip.Tokenizer!, tokens, Runtime.Precision.Float32), tokens);
        }
        var scores = evaluator.ToScores("images");
        Assert.Equal(scores.Figures, line["figures"]!.AsObject().ToDictionary(f => f.Key, f => f.Value!.GetValue<double>()));
        Assert.Equal(scores.Cautions, Strings(line["cautions"]!));
        var protocol = EvaluationProtocol.FromJson(line["protocol"]!.ToJsonString());
        Assert.Equal(("center 64 px", "Pillow bicubic to 32", 6L, evaluator.OriginalsHash, zip.Tokenizer!.Hash, ExtractorIdentity.Of(extractor)),
            (protocol.Crop, protocol.Resize, protocol.ImageCount, protocol.ReferenceHash, protocol.TokenizerHash, protocol.Extractor));

        var warnings = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(warnings.Distinct(), warnings);
        Assert.Contains("warning: 1 of 7 images cannot be decoded and is left out.", warnings);
        Assert.All(scores.Cautions, caution => Assert.Contains("warning: " + caution, warnings));
        var report = File.ReadAllText(Path.Combine(folder, "report.html"));
        Assert.All(["rFD-Tiny", "codebook perplexity", "Worst pairs", "Best pairs", "How often each code occurs", "Pillow bicubic to 32"], text => Assert.Contains(text, report));
    }

    [Fact]
    public void A_count_takes_images_from_the_whole_folder_and_a_tokenizers_own_file_will_do()
    {
        var (file, folder) = (Below("tokenizer.safetensors"), Below("some"));
        using (var zip = VfmModelZip.Load(new MLContext(1), trained.Zip)) zip.Tokenizer!.Save(file);
        var (code, output, error) = TrainedModel.Run("evaluate", "reconstruction", "--model", file, "--images", Path.Combine(trained.Images, "dog"), "--output", folder, "--count", "2");
        Assert.True(code == Tool.Done, error);
        Assert.Contains("reconstruction: 2 of 2 images, ", output);
        Assert.Matches(@"(?m)^reconstruction: rFD-Tiny [0-9.]+; PSNR, dB [0-9.]+; SSIM ", output);
        Assert.Contains("\n  classes: 2 of 3 images, spread evenly over the folder\n", output);
        Assert.EndsWith($"report.html, metrics.json, pairs.png are in {folder}.\n", output);
    }

    [Fact]
    public void Samples_are_rows_of_a_pipeline_and_kept_ones_give_the_same_figures()
    {
        var (folder, again) = (Below("drawn"), Below("again"));
        var (code, output, error) = TrainedModel.Run("evaluate", "generation", "--model", trained.Zip, "--count", "5", "--guidance", "2,1", "--guidance", "1.5", "--seed", "3", "--reference", trained.Images, "--output", folder, "--save-samples", "--json");
        Assert.True(code == Tool.Done, error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToArray();
        Assert.Equal(["guidance 1", "guidance 1.5", "guidance 2"], lines.Select(l => (string)l["setting"]!));
        Assert.All(lines.Zip(Entries(folder)), pair => Assert.True(JsonNode.DeepEquals(pair.First, pair.Second)));
        var protocols = lines.Select(l => EvaluationProtocol.FromJson(l["protocol"]!.ToJsonString())).ToArray();
        Assert.Equal([1, 1.5, 2], protocols.Select(p => p.GuidanceScale!.Value));
        Assert.All(protocols, p => Assert.Equal((5, 3, "balanced: image i has class i modulo 2", "reference center 64 px", "images", 6),
            (p.ImageCount, p.Seed, p.ClassBalance, p.Crop, p.Reference, p.ReferenceCount)));
        Assert.Equal(1, error.Split(string.Format(Few, 5)).Length - 1); // once for all scales

        using var zip = VfmModelZip.Load(new MLContext(), trained.Zip);
        var tokens = new int[5 * 64];
        zip.Generator!.Generate([0, 1, 0, 1, 0], [.. Enumerable.Range(0, 5).Select(i => VfmPictureSeeds.Of(3, i))], new SamplingOptions { GuidanceScale = 1.5 }, tokens);
        using (var kept = SampleArchive.Open(Path.Combine(folder, "samples-1.5.npz")))
            Assert.Equal(Enumerable.Range(0, 5).Select(i => TokenizeCommand.Decode(zip.Tokenizer!, tokens.AsSpan(64 * i, 64), Runtime.Precision.Float32).Pixels), kept.Read().Select(i => i.Pixels));

        var (_, same, _) = TrainedModel.Run("evaluate", "generation", "--samples", Path.Combine(folder, "samples-1.5.npz"), "--reference", trained.Images, "--output", again, "--json");
        Assert.True(JsonNode.DeepEquals(lines[1]["figures"], JsonNode.Parse(same)!["figures"]));
        Assert.Equal((string)lines[1]["imagesHash"]!, (string)JsonNode.Parse(same)!["imagesHash"]!);
        var report = File.ReadAllText(Path.Combine(folder, "report.html"));
        Assert.Contains("Figures over the guidance scale", report);
        Assert.Equal(3, report.Split("data:image/png;base64,").Length - 1);
        Assert.True(File.Exists(Path.Combine(folder, "samples-2.png")));
    }

    [Fact]
    public void A_reference_file_stands_for_its_folder_and_few_samples_have_no_precision()
    {
        var (file, folder) = (Below("reference.npz"), Below("few"));
        var (code, output, error) = TrainedModel.Run("evaluate", "statistics", "--images", trained.Images, "--size", "64", "--output", file, "--json");
        Assert.True(code == Tool.Done, error);
        var told = JsonNode.Parse(output)!;
        using var extractor = FeatureExtractor.Tiny();
        var reference = ReferenceStatistics.Load(file, extractor);
        Assert.Equal((6L, reference.Hash, "images", "center 64 px", 6, extractor.Hash), ((long)told["count"]!, (string)told["hash"]!, (string)told["name"]!, (string)told["crop"]!, (int)told["neighbourhoods"]!, (string)told["extractor"]!["hash"]!));
        Assert.Contains($"hash {reference.Hash}, features of Tiny ({extractor.Hash}) for FD-Tiny, 4 images for precision and recall.",
            TrainedModel.Run("evaluate", "statistics", "--images", trained.Images, "--size", "64", "--output", file, "--neighbourhoods", "4").Output);

        JsonNode Figures(string against, string classes, out string warnings)
        {
            var run = TrainedModel.Run("evaluate", "generation", "--model", trained.Zip, "--count", "3", "--classes", classes, "--reference", against, "--output", folder, "--json");
            warnings = run.Error;
            return JsonNode.Parse(run.Output)!;
        }
        var fromFile = Figures(file, "random", out var warnings);
        Assert.True(JsonNode.DeepEquals(fromFile["figures"], Figures(trained.Images, "random", out _)["figures"]));
        Assert.Equal(["FD-Tiny"], fromFile["figures"]!.AsObject().Select(f => f.Key));
        Assert.Contains("warning: There are no precision and recall: they need more than 3 images on both sides and there are features of 3 samples and 4 references.\n", warnings);
        Assert.Equal("random: each image has one of 2 classes with equal probability, seed 1", (string)fromFile["protocol"]!["classBalance"]!);
    }

    [Fact]
    public void Drawn_samples_are_resized_and_others_cropped()
    {
        var (drawn, cropped) = (Below("resized"), Below("cropped"));
        var resized = Line("--model", trained.Zip, "--count", "4", "--size", "48", "--output", drawn);
        Assert.Equal(("reference center 48 px", "samples: Pillow bicubic to 48"), ((string)resized["protocol"]!["crop"]!, (string)resized["protocol"]!["resize"]!));
        var own = Line("--samples", trained.Images, "--size", "64", "--output", cropped);
        Assert.Equal("samples center 64 px, reference center 64 px", (string)own["protocol"]!["crop"]!);
        Assert.Equal(0, (double)own["figures"]!["FD-Tiny"]!, 1e-6); // of a set from itself
        Assert.Equal(1, (double)own["figures"]!["precision"]!);

        JsonNode Line(params string[] arguments) => JsonNode.Parse(TrainedModel.Run(["evaluate", "generation", "--reference", trained.Images, "--json", .. arguments]).Output)!;
    }

    [SkippableFact]
    public void Imported_networks_give_FID_and_LPIPS()
    {
        Skip.If(Environment.GetEnvironmentVariable("VFMTOK_SKIP_FULLSCALE") == "1", "VFMTOK_SKIP_FULLSCALE is set.");
        using var files = new OfficialFiles();
        var (vgg, heads) = files.Perceptual();
        Assert.Equal(Tool.Done, TrainedModel.Run("import", "--inception", files.Inception(), "--perceptual", vgg, heads, "--output", files["weights"]).Code);
        var (inception, lpips, folder) = (files["weights/inception.safetensors"], files["weights/perceptual.safetensors"], Below("imported"));
        var (code, output, error) = TrainedModel.Run("evaluate", "reconstruction", "--model", trained.Zip, "--images", Path.Combine(trained.Images, "dog"), "--count", "2", "--features", inception, "--lpips", lpips, "--output", folder, "--json");
        Assert.True(code == Tool.Done, error);
        var line = JsonNode.Parse(output)!;
        Assert.Equal(["rFID", "rsFID", "rIS", "psnrDb", "ssim", "referenceSsim", "lpips", "codebookUsage", "codebookPerplexity"], line["figures"]!.AsObject().Select(f => f.Key));
        Assert.Equal(("Inception-v3", 32), ((string)line["protocol"]!["extractor"]!["name"]!, ((string)line["protocol"]!["perceptualHash"]!).Length));
        Assert.DoesNotContain("is no FID", error);
        Assert.Contains("The FID rests on a singular covariance", error);
    }

    [Fact]
    public void Help_says_how_FID_comes_about() =>
        Assert.Contains("vfmtok import --inception pt_inception-2015-12-05-6726825d.pth --output weights; then --features weights/inception.safetensors.", TrainedModel.Run("evaluate", "--help").Output);

    private string Below(string name) => Path.Combine(trained.Folder, "evaluate-" + name);

    private static JsonNode[] Entries(string folder) => [.. JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "metrics.json")))!.AsArray().Select(e => e!)];

    private static string[] Strings(JsonNode node) => [.. node.AsArray().Select(c => (string)c!)];
}
