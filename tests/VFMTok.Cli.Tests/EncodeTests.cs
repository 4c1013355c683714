using System.Diagnostics;
using System.Text.Json;
using VFMTok.Training;

namespace VFMTok.Cli.Tests;

public sealed class EncodeTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    private string TokenizerPath => Path.Combine(Path.ChangeExtension(trained.Zip, null) + "-training", "tokenizer.safetensors");

    [Fact]
    public void Encode_fills_a_folder_and_a_second_run_finds_everything_done()
    {
        var codes = Path.Combine(trained.Folder, "codes");
        string[] command = ["encode", "--model", trained.Zip, "--images", trained.Images, "--output", codes];
        var (code, output, error) = TrainedModel.Run(command);
        Assert.Equal(Tool.Done, code);
        Assert.Matches($"codes 7/7: .* images/s, .* left\n{codes}: tokenized 6 images in 2 variants in .*\\.\n$", output);
        Assert.Equal($"warning: '{trained.Broken}' is no image; allowed are JPEG, PNG, WebP, BMP and GIF.\nwarning: 1 of 7 images cannot be decoded and is left out.\n", error);
        using (var cache = CodeCache.Open(codes)) Assert.Equal((6, 2, "cat dog"), (cache.Count, cache.Variants, string.Join(' ', cache.ClassNames)));
        Assert.Equal($"{codes}: 6 images found in the cache.\n", TrainedModel.Run(command).Output);
        using var json = JsonDocument.Parse(TrainedModel.Run([.. command, "--json"]).Output);
        Assert.Equal((0, 6, 1, 2), (json.RootElement.GetProperty("encoded").GetInt32(), json.RootElement.GetProperty("found").GetInt32(), json.RootElement.GetProperty("broken").GetInt32(), json.RootElement.GetProperty("variants").GetInt32()));
        var refused = TrainedModel.Run([.. command, "--augmentation", "tencrop"]);
        Assert.Equal((Tool.Failed, $"'{Path.Combine(codes, "codes.json")}' holds codes that were made otherwise: Augmentation is \"Flip\" there and \"TenCrop\" here; use the same options or another folder.\n"), (refused.Code, refused.Error));
    }

    [Fact]
    public void Shares_together_are_the_whole()
    {
        var (whole, shared) = (Path.Combine(trained.Folder, "whole"), Path.Combine(trained.Folder, "shared"));
        string[] Command(string output) => ["encode", "--model", TokenizerPath, "--images", trained.Images, "--output", output, "--augmentation", "none", "--shard-size", "2"];
        Assert.Equal(Tool.Done, TrainedModel.Run(Command(whole)).Code);
        foreach (var share in new[] { "2/3", "1/3", "3/3" }) Assert.Equal(Tool.Done, TrainedModel.Run([.. Command(shared), "--shard", share]).Code);
        for (var i = 0; i < 4; i++) Assert.Equal(File.ReadAllBytes(Shard(whole, i)), File.ReadAllBytes(Shard(shared, i)));
        using var cache = CodeCache.Open(shared);
        Assert.Equal((6, 1), (cache.Count, cache.Variants));
    }

    [Fact]
    public void As_a_filter_it_answers_every_line_in_order()
    {
        var expected = Lines(TrainedModel.Run("tokenize", "--model", trained.Zip, "--images", trained.Images, "--json").Output).ToDictionary(l => l.GetProperty("path").GetString()!, l => l.GetProperty("tokens").GetRawText());
        var paths = expected.Keys.Reverse().ToArray();
        string[] given = [paths[0], "", trained.Broken, paths[1], "  ", "no such file", .. paths[2..], paths[0]];
        foreach (var batch in new[] { "1", "3", "32" })
        {
            var (code, output, error) = TrainedModel.RunWith(new StringReader(string.Join('\n', given)), "encode", "--model", TokenizerPath, "--stdin", "--batch-size", batch, "--json");
            Assert.Equal((Tool.Failed, "2 of 9 images cannot be read.\n"), (code, error));
            var lines = Lines(output);
            Assert.Equal(given.Where(p => p.Trim().Length > 0), lines.Select(l => l.GetProperty("path").GetString()));
            Assert.Equal($"'{trained.Broken}' is no image; allowed are JPEG, PNG, WebP, BMP and GIF.", lines[1].GetProperty("error").GetString());
            Assert.Equal("There is no image file 'no such file'; check the path.", lines[3].GetProperty("error").GetString());
            foreach (var line in lines.Where(l => l.TryGetProperty("tokens", out _))) Assert.Equal(expected[line.GetProperty("path").GetString()!], line.GetProperty("tokens").GetRawText());
        }
        Assert.Equal((Tool.Done, "", ""), TrainedModel.RunWith(new StringReader("\n\n"), "encode", "--model", trained.Zip, "--stdin"));
    }

    [Fact]
    public async Task A_filter_never_holds_back_a_line_for_input_that_has_not_come()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Tool).Assembly.Location, "encode", "--model", TokenizerPath, "--stdin"])
            { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["OMP_NUM_THREADS"] = "1" } })!;
        foreach (var label in new[] { "cat", "dog" })
        {
            var path = Path.Combine(trained.Images, label, "0.png");
            await process.StandardInput.WriteLineAsync(path);
            await process.StandardInput.FlushAsync();
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
            Assert.StartsWith($"{{\"path\":\"{path}\",\"tokens\":[", line);
        }
        process.StandardInput.Close();
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(1)));
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [SkippableFact]
    public async Task A_filter_that_waits_for_input_ends_when_it_is_told_to()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs the kill command");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Tool).Assembly.Location, "encode", "--model", TokenizerPath, "--stdin"])
            { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["OMP_NUM_THREADS"] = "1" } })!;
        await process.StandardInput.WriteLineAsync(Path.Combine(trained.Images, "cat", "0.png"));
        await process.StandardInput.FlushAsync();
        Assert.NotNull(await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)));
        Process.Start("kill", ["-TERM", process.Id.ToString()]).WaitForExit();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((1, "Cancelled; 1 images were answered.\n"), (process.ExitCode, await process.StandardError.ReadToEndAsync()));
    }

    [Fact]
    public void Train_learns_a_generator_from_codes_without_images()
    {
        var (codes, zip) = (Path.Combine(trained.Folder, "forTraining"), Path.Combine(trained.Folder, "second.zip"));
        Assert.Equal(Tool.Done, TrainedModel.Run("encode", "--model", trained.Zip, "--images", trained.Images, "--output", codes, "--augmentation", "TenCrop").Code);
        var (code, output, error) = TrainedModel.Run("train", "--codes", codes, "--tokenizer", trained.Zip, "--output", zip, "--generator-steps", "2");
        Assert.True(code == Tool.Done, error);
        Assert.Contains("generator 2/2: loss", output);
        Assert.DoesNotContain("tokenizer 1/", output);
        Assert.Contains($"{zip}: 2 classes (cat, dog), 64 tokens per image.", output);
        using var before = JsonDocument.Parse(TrainedModel.Run("inspect", trained.Zip, "--json").Output);
        using var after = JsonDocument.Parse(TrainedModel.Run("inspect", zip, "--json").Output);
        string? Hash(JsonDocument json) => json.RootElement.GetProperty("tokenizer").GetProperty("hash").GetString();
        Assert.Equal(Hash(before), Hash(after));
        Assert.True(File.Exists(Path.Combine(codes, "codes.json"))); // it is the user's
    }

    [Fact]
    public void Train_tokenizes_once_and_leaves_nothing_of_it()
    {
        Assert.Contains("codes 6/6: ", trained.Training.Output);
        Assert.False(Directory.Exists(Path.Combine(Path.ChangeExtension(trained.Zip, null) + "-training", "codes")));
        var zip = Path.Combine(trained.Folder, "third.zip"); // of a tokenizer that is given the codes stay: the next generator learns from them, too
        Assert.Equal(Tool.Done, TrainedModel.Run("train", "--images", trained.Images, "--tokenizer", TokenizerPath, "--output", zip, "--generator-steps", "1", "--augmentation", "tencrop").Code);
        using var cache = CodeCache.Open(Path.Combine(trained.Folder, "third-training", "codes"));
        Assert.Equal((6, 10), (cache.Count, cache.Variants));
    }

    public static TheoryData<int, string, string[]> BadInput() => new()
    {
        { 2, "Give '--images' and '--output', or '--stdin' for a filter; see 'vfmtok encode --help'.", ["encode", "--model", "{zip}", "--images", "{images}"] },
        { 2, "'--stdin' reads paths and writes tokens; give no '--images', '--output' or '--shard' with it.", ["encode", "--model", "{zip}", "--stdin", "--output", "x"] },
        { 2, "--shard is '0/2'; allowed are 1/N to N/N, such as 2/4.", ["encode", "--model", "{zip}", "--images", "{images}", "--output", "{folder}/x", "--shard", "0/2"] },
        { 2, "--shard is 'half'; allowed are 1/N to N/N, such as 2/4.", ["encode", "--model", "{zip}", "--images", "{images}", "--output", "{folder}/x", "--shard", "half"] },
        { 2, "--ranks is 0; allowed are 1 to 1024; see 'vfmtok --help'.", ["encode", "--model", "{zip}", "--stdin", "--ranks", "0"] },
        { 1, "There is no folder 'NO'; give one that holds a folder of images for each class.", ["encode", "--model", "{zip}", "--images", "NO", "--output", "{folder}/x"] },
        { 1, "There is no model file 'NO.safetensors'; check the path.", ["encode", "--model", "NO.safetensors", "--stdin"] },
        { 1, "There is no model file 'NO.zip'; check the path.", ["encode", "--model", "NO.zip", "--stdin"] },
        { 1, "The folder '{images}/cat/0.png' cannot be made (", ["encode", "--model", "{zip}", "--images", "{images}", "--output", "{images}/cat/0.png"] },
        { 2, "Give '--images', or '--codes' and '--tokenizer'; see 'vfmtok train --help'.", ["train", "--output", "{folder}/x.zip"] },
        { 2, "'--codes' needs '--tokenizer', the model that made the codes.", ["train", "--codes", "{images}", "--output", "{folder}/x.zip"] },
        { 1, "There is no code cache in '{images}': it lacks codes.json; give a folder that 'vfmtok encode' filled.", ["train", "--codes", "{images}", "--tokenizer", "{zip}", "--output", "{folder}/x.zip"] },
    };

    [Theory]
    [MemberData(nameof(BadInput))]
    public void Bad_input_gets_one_sentence(int code, string sentence, string[] arguments)
    {
        string Fill(string text) => text.Replace("{folder}", trained.Folder).Replace("{images}", trained.Images).Replace("{zip}", trained.Zip);
        var result = TrainedModel.RunWith(TextReader.Null, [.. arguments.Select(Fill)]);
        Assert.Equal(code, result.Code);
        Assert.StartsWith(Fill(sentence), Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    private static string Shard(string folder, int shard) => Path.Combine(folder, $"shard-{shard:d6}.codes");

    private static JsonElement[] Lines(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
}
