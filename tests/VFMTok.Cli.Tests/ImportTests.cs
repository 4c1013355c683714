using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML;
using VFMTok.ML;
using VFMTok.Tests.Shared;

namespace VFMTok.Cli.Tests;

public sealed class ImportTests : IDisposable
{
    private readonly OfficialFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Official_files_become_a_zip_that_draws_and_is_exported_again()
    {
        File.WriteAllLines(_files["names.txt"], ["ant", "bee", "cat"]);
        var zip = _files["model.zip"];
        var (code, output, error) = Import("--foundation", _files.Foundation, "--tokenizer", _files.Tokenizer, "--generator", _files.Generator, "--class-names", _files["names.txt"], "--output", zip);
        Assert.Equal((Tool.Done, ""), (code, error));
        Assert.Contains("VFMTok, 16 tokens of 48 codes, 56 px", output);
        Assert.Contains("from gpt.safetensors", output);
        using (var model = VfmModelZip.Load(new MLContext(), zip))
            Assert.Equal(["ant", "bee", "cat"], model.Generator!.ClassNames);

        Assert.Equal(Tool.Done, TrainedModel.Run("generate", "--model", zip, "--class", "bee", "--count", "1", "--output", _files["pictures"]).Code);
        Assert.Single(Directory.GetFiles(_files["pictures"], "bee*.png"));

        (code, output, _) = TrainedModel.Run("export", "--model", zip, "--output", _files["weights"], "--json");
        Assert.Equal(Tool.Done, code);
        Assert.Equal(["Foundation", "Tokenizer", "Generator"], Lines(output).Select(l => l.GetProperty("kind").GetString()));
        var again = Lines(Import("--tokenizer", _files["weights/tokenizer.safetensors"], "--generator", _files["weights/generator.safetensors"], "--output", _files["again"], "--json").Output);
        Assert.Equal(Lines(output).Skip(1).Select(l => l.GetProperty("hash").GetString()), again.Select(l => l.GetProperty("hash").GetString()));
    }

    [Fact]
    public void A_folder_gets_a_file_for_each_network()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_files.Foundation)));
        var (code, output, _) = Import("--foundation", _files.Foundation, "--image-size", "56", "--sha256", hash, "--output", _files["out"]);
        Assert.Equal(Tool.Done, code);
        Assert.Contains($"{Path.Combine(_files["out"], "foundation.safetensors")}: vision transformer, 4 blocks of 64 (", output);
        Assert.Equal(["foundation.safetensors"], Directory.GetFiles(_files["out"]).Select(Path.GetFileName));
    }

    [Fact]
    public void Bad_files_and_flags_are_one_sentence()
    {
        var output = _files["out"];
        Fails(Tool.Failed, "'gpt.safetensors' is a class-conditional generator and not a DINOv2 foundation model; give another file.", "--foundation", _files.Generator, "--output", output);
        Fails(Tool.Failed, "There is no file 'nope.pth'; check the path.", "--foundation", "nope.pth", "--output", output);
        Fails(Tool.Failed, $"'dinov2.safetensors' has the SHA-256 {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_files.Foundation)))} and not {new string('1', 64)}; download it again.",
            "--foundation", _files.Foundation, "--sha256", new string('1', 64), "--output", output);
        Fails(Tool.WrongUsage, "There is nothing to import; give Foundation, Tokenizer, Generator, PerceptualLoss, Dino or Inception.", "--output", output);
        Fails(Tool.WrongUsage, "--sha256 is 'ab' and there are 2 files; give FILE=HASH.", "--foundation", "a", "--tokenizer", "b", "--sha256", "ab", "--output", output);
        Fails(Tool.WrongUsage, "A zip holds a tokenizer and, if given, its generator; give a folder as '--output' for anything else.", "--foundation", _files.Foundation, "--output", _files["x.zip"]);
        Fails(Tool.Failed, "'README.md' is no file of weights but of a format that is not known; download it again. PyTorch's .pt and .pth and safetensors are read.", "--foundation", Text("README.md"), "--output", output);
    }

    [Fact]
    public void Inspect_lists_official_files_and_our_own()
    {
        var (code, output, _) = TrainedModel.Run("inspect", _files.Generator);
        Assert.Equal(Tool.Done, code);
        Assert.Contains("format   safetensors, ", output);
        Assert.Contains("network  GPT, 2 layers of 128, a class-conditional generator", output);
        Assert.Contains("tok_embeddings.weight\tFloat32\t(48, 128)\t24.6 kB", output);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_files.Generator))), output);
        Import("--foundation", _files.Foundation, "--output", _files["out"]);
        var listed = Assert.Single(Lines(TrainedModel.Run("inspect", _files["out/foundation.safetensors"], "--json").Output));
        Assert.Equal("foundation", listed.GetProperty("metadata").GetProperty("kind").GetString());
        Assert.StartsWith("a DINOv2 foundation model of this library, hash ", listed.GetProperty("network").GetString());
    }

    [Fact]
    public void Inspect_lists_a_pickle_without_executing_it_and_refuses_a_hostile_one()
    {
        var listed = Assert.Single(Lines(TrainedModel.Run("inspect", Golden("gpt_zip.pt"), "--json").Output));
        Assert.Equal(("PyTorch zip", "ema"), (listed.GetProperty("format").GetString(), listed.GetProperty("weights").GetString()));
        Assert.Equal(["argparse.Namespace", "collections.OrderedDict", "torch.FloatStorage", "torch._utils._rebuild_tensor_v2"], listed.GetProperty("globals").EnumerateArray().Select(g => g.GetString()));
        Assert.Equal((Tool.Failed, "", "'evil_os_system.pt' is not read: it asks for posix.system, and only tensors, plain data and argparse.Namespace are made; if you trust it, save its state dict alone in Python, else delete it.\n"),
            TrainedModel.Run("inspect", Golden("evil_os_system.pt")));
        Assert.False(File.Exists("/tmp/golden_pwned_os_system"));
    }

    private static (int Code, string Output, string Error) Import(params string[] arguments) => TrainedModel.Run(["import", .. arguments]);

    private static void Fails(int code, string sentence, params string[] arguments) => Assert.Equal((code, "", sentence + "\n"), Import(arguments));

    private static JsonElement[] Lines(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];

    private static string Golden(string file) => Path.Combine(VFMTok.Tests.Repository.Root, "tests", "Golden", "checkpoints", file);

    private string Text(string name)
    {
        File.WriteAllText(_files[name], "This is a text about weights.");
        return _files[name];
    }
}
