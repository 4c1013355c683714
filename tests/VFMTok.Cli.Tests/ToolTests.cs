using System.Text.Json;
using VFMTok.Imaging;

namespace VFMTok.Cli.Tests;

public sealed class ToolTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    [Fact]
    public void Train_writes_a_zip_and_names_the_broken_image()
    {
        Assert.Equal(Tool.Done, trained.Training.Code);
        Assert.Contains("2 classes (cat, dog), 64 tokens per image.", trained.Training.Output);
        Assert.Contains("tokenizer 3/3: loss", trained.Training.Output);
        Assert.Contains($"warning: '{trained.Broken}' is no image", trained.Training.Error);
        Assert.Contains("1 of 7 images cannot be decoded and is left out.", trained.Training.Error);
    }

    [Fact]
    public void Report_writes_the_reports_of_a_run_again()
    {
        var run = Path.ChangeExtension(trained.Zip, null) + "-training";
        var reports = new[] { "generator", "tokenizer" }.Select(phase => Path.Combine(run, phase + "-report.html")).ToArray();
        foreach (var report in reports) File.Delete(report);
        var (code, output, _) = TrainedModel.Run("report", run);
        Assert.Equal(Tool.Done, code);
        Assert.Equal(reports, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.All(reports, report => Assert.Contains("finished at step", File.ReadAllText(report)));
        Assert.Equal((Tool.Failed, "", $"There is no folder '{run}x'; give the folder of a training.\n"), TrainedModel.Run("report", run + "x"));
    }

    [Fact]
    public void Pretrain_writes_a_foundation_model_that_train_takes()
    {
        var foundation = Path.Combine(trained.Folder, "foundation.safetensors");
        var (code, output, error) = TrainedModel.Run("pretrain", "--images", trained.Images, "--output", foundation, "--steps", "2", "--batch-size", "2", "--local-crops", "1");
        Assert.Equal(Tool.Done, code);
        Assert.Contains("foundation 2/2: loss", output);
        Assert.Contains(", from 6 images.", output);
        Assert.Contains("1 of 7 images cannot be decoded and is left out.", error);
        Assert.Empty(Directory.GetFiles(Path.Combine(trained.Folder, "foundation-training"), "foundation-*.safetensors")); // nothing is left to go on with
        var zip = Path.Combine(trained.Folder, "own.zip");
        Assert.Equal(Tool.Done, TrainedModel.Run("train", "--images", trained.Images, "--output", zip, "--foundation", foundation, "--tokenizer-steps", "1", "--generator-steps", "1").Code);
        Assert.Equal((Tool.WrongUsage, "", "LearningRate is 2; allowed are numbers above 0 up to 1.\n"), TrainedModel.Run("pretrain", "--images", trained.Images, "--output", foundation, "--learning-rate", "2"));
    }

    [Fact]
    public void Tokenize_writes_json_lines()
    {
        var (code, output, _) = TrainedModel.Run("tokenize", "--model", trained.Zip, "--images", trained.Images, "--json");
        Assert.Equal(Tool.Done, code);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(6, lines.Length);
        using var first = JsonDocument.Parse(lines[0]);
        Assert.Equal(64, first.RootElement.GetProperty("tokens").GetArrayLength());
    }

    [Fact]
    public void Reconstruct_writes_pictures()
    {
        var output = Path.Combine(trained.Folder, "out");
        var (code, text, _) = TrainedModel.Run("reconstruct", "--model", trained.Zip, "--images", trained.Images, "--output", output);
        Assert.Equal((Tool.Done, 7), (code, Directory.GetFiles(output, "*.png").Length));
        Assert.Contains("6 images, mean PSNR ", text);
        Assert.Equal(64, ImageDecoder.Decode(Path.Combine(output, "0000-0.png")).Width);
    }

    [Fact]
    public void Generate_depends_on_seed_and_class_and_takes_names_and_indices()
    {
        byte[] Picture(string folder, string label, string seed, string count, int index)
        {
            var output = Path.Combine(trained.Folder, folder);
            var (code, _, error) = TrainedModel.Run("generate", "--model", trained.Zip, "--class", label, "--count", count, "--guidance", "2", "--seed", seed, "--output", output);
            Assert.True(code == Tool.Done, error);
            return ImageDecoder.Decode(Path.Combine(output, $"dog-{index:d4}.png")).Pixels;
        }
        var one = Picture("g1", "dog", "5", "1", 0);
        Assert.Equal(one, Picture("g2", "1", "5", "3", 0));          // by index, among others
        Assert.NotEqual(one, Picture("g3", "dog", "5", "2", 1));     // the next image
        Assert.NotEqual(one, Picture("g4", "dog", "6", "1", 0));
    }

    [Fact]
    public void Inspect_shows_the_networks()
    {
        var (code, text, _) = TrainedModel.Run("inspect", trained.Zip);
        Assert.Equal(Tool.Done, code);
        Assert.Contains("64 px, 64 tokens of 512 codes", text);
        Assert.Contains("classes    cat, dog", text);
        using var json = JsonDocument.Parse(TrainedModel.Run("inspect", trained.Zip, "--json").Output);
        Assert.Equal(json.RootElement.GetProperty("tokenizer").GetProperty("hash").GetString(), json.RootElement.GetProperty("generator").GetProperty("tokenizerHash").GetString());
    }

    public static TheoryData<int, string, string[]> BadInput() => new()
    {
        { 1, "There is no folder 'NO'; give one that holds a folder of images for each class.", ["train", "--images", "NO", "--output", "{folder}/x.zip"] },
        { 1, "There are no images in '{folder}/empty'; give a folder with .jpg, .jpeg, .png, .webp, .bmp, .gif files.", ["train", "--images", "{folder}/empty", "--output", "{folder}/x.zip"] },
        { 1, "The folder '{folder}/file/below' cannot be written (", ["train", "--images", "{images}", "--output", "{folder}/file/below/x.zip"] },
        { 2, "There is no preset 'huge'; allowed are paper, small, tiny.", ["train", "--images", "{images}", "--preset", "huge", "--output", "{folder}/x.zip"] },
        { 2, "This configuration needs a pretrained foundation model and only the tiny one ships with the library; set Foundation.", ["train", "--images", "{images}", "--preset", "paper", "--output", "{folder}/x.zip"] },
        { 1, "There is no class 'cow'; the model knows cat, dog: use one of them.", ["generate", "--model", "{zip}", "--class", "cow", "--output", "{folder}/y"] },
        { 1, "The folder '{folder}/file/below' cannot be written (", ["generate", "--model", "{zip}", "--class", "cat", "--output", "{folder}/file/below"] },
        { 2, "--count is 0; allowed are 1 to 1000000; see 'vfmtok --help'.", ["generate", "--model", "{zip}", "--class", "cat", "--count", "0"] },
        { 2, "--count is -3; allowed are 1 to 1000000; see 'vfmtok --help'.", ["generate", "--model", "{zip}", "--class", "cat", "--count", "-3"] },
        { 2, "GuidanceScale is -1; allowed are 0 to 1000, 1 and less switch guidance off.", ["generate", "--model", "{zip}", "--class", "cat", "--guidance", "-1"] },
        { 2, "GuidanceScale is NaN; allowed are 0 to 1000, 1 and less switch guidance off.", ["generate", "--model", "{zip}", "--class", "cat", "--guidance", "NaN"] },
        { 2, "TopP is 0; allowed are numbers above 0 up to 1 (all).", ["generate", "--model", "{zip}", "--class", "cat", "--top-p", "0"] },
        { 2, "TopK is 513 but the codebook has 512 codes; allowed are 1 to 512, and 0 for all.", ["generate", "--model", "{zip}", "--class", "cat", "--top-k", "513", "--output", "{folder}/y"] },
        { 2, "--interval is -2; allowed are -1 to 2147483647; see 'vfmtok --help'.", ["generate", "--model", "{zip}", "--class", "cat", "--interval", "-2"] },
        { 2, "Temperature is -1; allowed are 0 to 1000, 1 takes the probabilities as they are.", ["generate", "--model", "{zip}", "--class", "cat", "--temperature", "-1"] },
        { 1, "There is no model file 'NO.zip'; check the path.", ["inspect", "NO.zip"] },
        { 1, "'{folder}/text.zip' is no sound model zip (", ["inspect", "{folder}/text.zip"] },
        { 1, "'{folder}/other.zip' is a zip but no ML.NET model; give a file that mlContext.Model.Save or 'vfmtok train' wrote.", ["inspect", "{folder}/other.zip"] },
        { 1, "'{folder}/short.zip' is no sound model zip (", ["inspect", "{folder}/short.zip"] },
        { 1, "There is no file or folder 'NO'; check the path.", ["tokenize", "--model", "{zip}", "--images", "NO"] },
        { 1, "None of the 1 images can be decoded, the first one because: '{folder}/zero.png' is empty; replace or remove it.", ["tokenize", "--model", "{zip}", "--images", "{folder}/zero.png"] },
        { 2, "Option '--images' is required; see 'vfmtok --help'.", ["tokenize", "--model", "{zip}"] },
    };

    [Theory]
    [MemberData(nameof(BadInput))]
    public void Bad_input_gets_one_sentence(int code, string sentence, string[] arguments)
    {
        Directory.CreateDirectory(Path.Combine(trained.Folder, "empty"));
        File.WriteAllText(Path.Combine(trained.Folder, "file"), "a file, no folder");
        File.WriteAllText(Path.Combine(trained.Folder, "text.zip"), "no zip at all");
        File.WriteAllBytes(Path.Combine(trained.Folder, "zero.png"), []);
        var whole = File.ReadAllBytes(trained.Zip);
        File.WriteAllBytes(Path.Combine(trained.Folder, "short.zip"), whole[..(whole.Length / 2)]);
        var other = Path.Combine(trained.Folder, "other.zip");
        if (!File.Exists(other))
            using (var zip = System.IO.Compression.ZipFile.Open(other, System.IO.Compression.ZipArchiveMode.Create)) zip.CreateEntry("readme.txt");
        string Fill(string text) => text.Replace("{folder}", trained.Folder).Replace("{images}", trained.Images).Replace("{zip}", trained.Zip);

        var result = TrainedModel.Run([.. arguments.Select(Fill)]);
        Assert.Equal(code, result.Code);
        var lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith(Fill(sentence), lines[^1]);
        Assert.All(lines[..^1], l => Assert.StartsWith("warning: ", l));
        Assert.DoesNotContain("   at ", result.Error);
        Assert.True(File.Exists(trained.Zip) && File.ReadAllBytes(trained.Zip).SequenceEqual(whole), "nothing that was there is lost");
    }
}
