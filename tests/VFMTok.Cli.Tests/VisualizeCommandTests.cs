using System.Text.Json;
using VFMTok.Imaging;

namespace VFMTok.Cli.Tests;

public sealed class VisualizeCommandTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    private string Image(string name) => Path.Combine(trained.Images, name);

    private (string Output, string Folder) Visualize(string folder, params string[] arguments)
    {
        folder = Path.Combine(trained.Folder, folder);
        var (code, output, error) = TrainedModel.Run(["visualize", "--model", trained.Zip, "--output", folder, .. arguments]);
        Assert.True(code == Tool.Done, error);
        return (output, folder);
    }

    private static string[] Files(string folder) => [.. Directory.GetFiles(folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void An_image_gets_three_pictures_and_a_line()
    {
        var (output, folder) = Visualize("one", "--images", Image("cat/0.png"));
        Assert.Equal(["0-heat.png", "0-queries.png", "0-slots.png"], Files(folder));
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches(@"^.*0\.png, layer 1: \d+\.\d px from the cell, mean \d+\.\d px off, spread \d+\.\d px; block 1 \d+ %, block 3 \d+ %; outside \d+\.\d %$", lines[0]);
        Assert.Equal($"3 pictures are in {folder}.", lines[1]);
        Assert.Equal((512, 640, 4 * 248 + 8), (Width("0-heat.png"), Width("0-queries.png"), Width("0-slots.png")));

        int Width(string file) => ImageDecoder.Decode(Path.Combine(folder, file)).Width;
    }

    [Fact]
    public void Pictures_do_not_depend_on_the_other_images_and_none_replaces_another()
    {
        var (_, alone) = Visualize("alone", "--images", Image("dog/1.png"));
        var (output, all) = Visualize("all", "--images", Image("cat/1.png"), Image("dog/1.png"));
        Assert.Equal(6, Files(all).Length);
        foreach (var kind in new[] { "queries", "heat", "slots" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(alone, $"1-{kind}.png")), File.ReadAllBytes(Path.Combine(all, $"0001-1-{kind}.png")));
        Assert.StartsWith("1/2 ", output);
        Assert.Contains("\n2/2 ", output);
    }

    [Fact]
    public void Layers_and_slots_can_be_chosen()
    {
        var (output, folder) = Visualize("layers", "--images", Image("cat/0.png"), "--layer", "all", "--slots", "3,60", "--json");
        Assert.Equal(["0-layer0-heat.png", "0-layer0-queries.png", "0-layer0-slots.png", "0-layer1-heat.png", "0-layer1-queries.png", "0-layer1-slots.png"], Files(folder));
        Assert.Equal(2 * 248 + 8, ImageDecoder.Decode(Path.Combine(folder, "0-layer0-slots.png")).Width);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        using var json = JsonDocument.Parse(lines[1]);
        var root = json.RootElement;
        Assert.Equal((1, 2, 3), (root.GetProperty("layer").GetInt32(), root.GetProperty("levels").GetArrayLength(), root.GetProperty("files").GetArrayLength()));
        Assert.Equal(1, root.GetProperty("levels").EnumerateArray().Sum(l => l.GetProperty("share").GetDouble()), 1e-6);
        Assert.True(root.GetProperty("reach").GetDouble() > 0 && root.GetProperty("spread").GetDouble() > 0);

        var (_, one) = Visualize("layer0", "--images", Image("cat/0.png"), "--layer", "0", "--slots", "3,60");
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "0-layer0-slots.png")), File.ReadAllBytes(Path.Combine(one, "0-slots.png")));
    }

    [Fact]
    public void A_tokenizers_own_file_will_do()
    {
        var file = Path.Combine(trained.Folder, "tokenizer.safetensors");
        using (var zip = VFMTok.ML.VfmModelZip.Load(new Microsoft.ML.MLContext(1), trained.Zip)) zip.Tokenizer!.Save(file);
        var folder = Path.Combine(trained.Folder, "own");
        Assert.Equal(Tool.Done, TrainedModel.Run("visualize", "--model", file, "--images", Image("cat/0.png"), "--output", folder).Code);
        var (_, other) = Visualize("zip", "--images", Image("cat/0.png"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(other, "0-heat.png")), File.ReadAllBytes(Path.Combine(folder, "0-heat.png")));
    }

    [Theory]
    [InlineData(2, "--layer is '2'; allowed are 0 to 1, last and all.", "--layer", "2")]
    [InlineData(2, "--layer is 'first'; allowed are 0 to 1, last and all.", "--layer", "first")]
    [InlineData(2, "--slots has '64'; allowed are 0 to 63, with commas between them.", "--slots", "3,64")]
    [InlineData(2, "--slots has ''; allowed are 0 to 63, with commas between them.", "--slots", "3,")]
    [InlineData(2, "--slots has '-1'; allowed are 0 to 63, with commas between them.", "--slots=-1")]
    [InlineData(1, "There is no file or folder 'NO'; check the path.", "--images", "NO")]
    [InlineData(1, "There is no model file 'NO.zip'; check the path.", "--model", "NO.zip")]
    [InlineData(2, "Option '--images' is required; see 'vfmtok --help'.")]
    public void Bad_input_gets_one_sentence(int code, string sentence, params string[] arguments)
    {
        var given = arguments.Select(a => a.Split('=')[0]).ToArray();
        string[] model = given.Contains("--model") ? [] : ["--model", trained.Zip];
        string[] images = given.Contains("--images") || arguments.Length == 0 ? [] : ["--images", Image("cat/0.png")];
        var folder = Path.Combine(trained.Folder, "bad");
        Assert.Equal((code, "", sentence + "\n"), TrainedModel.Run(["visualize", .. model, .. images, "--output", folder, .. arguments]));
        Assert.True(!Directory.Exists(folder) || Directory.GetFiles(folder).Length == 0);
    }
}
