using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Generation;
using VFMTok.Imaging;
using VFMTok.ML;

namespace VFMTok.Cli.Tests;

public sealed class GenerateCommandTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    [Fact]
    public void Images_are_those_of_the_rows_of_a_pipeline_with_the_same_seed()
    {
        var folder = Run("rows", "--class", "dog", "--count", "18", "--seed", "1").Folder; // the zip's own seed
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 18).Select(_ => new Row { Label = "dog" }).ToArray());
        using var zip = VfmModelZip.Load(ml, trained.Zip);
        var samples = ml.Data.CreateEnumerable<Drawn>(zip.Chain.Transform(rows), reuseRowObject: false).Select(d => Rgb(d.Sample)).ToArray();
        for (var i = 0; i < 18; i++) Assert.Equal(samples[i], ImageDecoder.Decode(Path.Combine(folder, $"dog-{i:d4}.png")).Pixels);

        using var step = ml.Transforms.VfmGenerateTokens("Tokens", "Label", zip.Generator!).Append(ml.Transforms.VfmDetokenize("Sample", "Tokens")).Fit(rows);
        Assert.Equal(samples, ml.Data.CreateEnumerable<Drawn>(step.Transform(rows), reuseRowObject: false).Select(d => Rgb(d.Sample)));

        static byte[] Rgb(MLImage image) => [.. image.Pixels.ToArray().Where((_, i) => i % 4 != 3)];
    }

    [Fact]
    public void Several_classes_and_none_are_drawn_as_if_alone_and_tokens_are_told()
    {
        var (folder, output) = Run("many", "--class", "cat", "1", "none", "--count", "2", "--tokens", "--json", "--guidance", "2");
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        Assert.Equal(7, lines.Length);
        Assert.Equal(["cat", "cat", "dog", "dog", "none", "none"], lines[..6].Select(l => l.GetProperty("label").GetString()));
        Assert.Equal(6, lines[6].GetProperty("count").GetInt32());
        Assert.Equal(["cat", "dog", "none"], lines[6].GetProperty("labels").EnumerateArray().Select(l => l.GetString()));
        var tokens = lines[5].GetProperty("tokens").EnumerateArray().Select(t => t.GetInt32()).ToArray();
        using var zip = VfmModelZip.Load(new MLContext(), trained.Zip);
        var expected = new int[64];
        zip.Generator!.Generate([VfmGeneratorModel.Unconditional], [VfmPictureSeeds.Of(1, 1)], new SamplingOptions(), expected);
        Assert.Equal(expected, tokens);

        var alone = Run("alone", "--class", "dog", "--count", "2", "--tokens", "--guidance", "2");
        foreach (var name in new[] { "dog-0000.png", "dog-0001.png" })
            Assert.Equal(ImageDecoder.Decode(Path.Combine(folder, name)).Pixels, ImageDecoder.Decode(Path.Combine(alone.Folder, name)).Pixels);
        var told = alone.Output.Split('\n')[1].Split('\t');
        Assert.Equal(Path.Combine(alone.Folder, "dog-0001.png"), told[0]);
        Assert.Equal(lines[3].GetProperty("tokens").EnumerateArray().Select(t => t.GetInt32().ToString()), told[1].Split(' '));
    }

    private (string Folder, string Output) Run(string folder, params string[] arguments)
    {
        var path = Path.Combine(trained.Folder, folder);
        var (code, output, error) = TrainedModel.Run(["generate", "--model", trained.Zip, "--output", path, .. arguments]);
        Assert.True(code == Tool.Done, error);
        return (path, output);
    }

    private sealed class Row
    {
        public string Path { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class Drawn
    {
        public MLImage Sample { get; set; } = null!;
    }
}
