using System.Security.Cryptography;
using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Evaluation;
using VFMTok.Foundation;
using VFMTok.Generation;
using VFMTok.Pretrained;
using VFMTok.Tests.Shared;
using VFMTok.Tokenizer;
using VFMTok.Training.Discriminators;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Tests.Pretrained;

public sealed class WeightImportTests : IDisposable
{
    private readonly OfficialFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Official_files_become_models_with_the_same_numbers()
    {
        var imported = Import(new() { Foundation = _files.Foundation, Tokenizer = _files.Tokenizer, Generator = _files.Generator, ClassNames = ["ant", "bee", "cat"] });
        Assert.Equal([NetworkKind.Foundation, NetworkKind.Tokenizer, NetworkKind.Generator], imported.Select(i => i.Kind));
        using var foundation = VfmFoundationModel.Load(imported[0].Path);
        using var tokenizer = VfmTokenizerModel.Load(imported[1].Path);
        using var generator = VfmGeneratorModel.Load(imported[2].Path);
        Assert.Equal(OfficialFiles.FoundationConfig, foundation.Config);
        Assert.Equal(224, foundation.ImageSize);
        Assert.Equal(OfficialFiles.TokenizerConfig.Levels, tokenizer.Config.Levels);
        Assert.Equal(OfficialFiles.TokenizerConfig.PixelMultipliers, tokenizer.Config.PixelMultipliers);
        Assert.Equal(Comparable(OfficialFiles.TokenizerConfig), Comparable(tokenizer.Config));
        Assert.Equal(OfficialFiles.GeneratorConfig, generator.Config);
        Assert.Equal(["ant", "bee", "cat"], generator.ClassNames);
        Assert.Equal(tokenizer.Hash, generator.TokenizerHash);
        Assert.Equal((foundation.Hash, tokenizer.Hash, generator.Hash), (imported[0].Hash, imported[1].Hash, imported[2].Hash));
        AssertSame(_files.Foundation, imported[0].Path, "");
        AssertSame(_files.Tokenizer, imported[1].Path, "");
        AssertSame(_files.Foundation, imported[1].Path, VfmTokenizer.FoundationPrefix);
        AssertSame(_files.Generator, imported[2].Path, "");

        // Records compare lists by reference: they are compared above.
        static TokenizerConfig Comparable(TokenizerConfig config) => config with { Levels = [], PixelMultipliers = [], DecoderHidden = SwiGluFeedForward.HiddenWidth(config.DecoderHidden) };
    }

    [Fact]
    public void Import_export_import_is_equal_to_the_last_bit()
    {
        var first = Import(new() { Foundation = _files.Foundation, Tokenizer = _files.Tokenizer, Generator = _files.Generator });
        using (var tokenizer = VfmTokenizerModel.Load(first[1].Path))
        using (var generator = VfmGeneratorModel.Load(first[2].Path))
        using (var foundation = VfmFoundationModel.Load(first[0].Path))
            WeightExport.Export(_files["exported"], foundation, tokenizer, generator);
        var second = WeightImport.Import(new() { Tokenizer = Path.Combine(_files["exported"], "tokenizer.safetensors"), Generator = Path.Combine(_files["exported"], "generator.safetensors") }, _files["again"]);
        var third = WeightImport.Import(new() { Foundation = Path.Combine(_files["exported"], "foundation.safetensors") }, _files["again"]);
        foreach (var (before, after) in first.Zip(third.Concat(second)))
        {
            Assert.Equal(File.ReadAllBytes(before.Path), File.ReadAllBytes(after.Path));
            Assert.Equal(before.Hash, after.Hash);
        }
    }

    [Fact]
    public void The_foundation_model_of_a_tokenizer_is_exported_alone_too()
    {
        var imported = Import(new() { Foundation = _files.Foundation, Tokenizer = _files.Tokenizer });
        using var tokenizer = VfmTokenizerModel.Load(imported[1].Path);
        var exported = WeightExport.Export(_files["exported"], null, tokenizer, null);
        using var foundation = VfmFoundationModel.Load(exported[0].Path);
        Assert.Equal((exported[0].Hash, 56), (foundation.Hash, foundation.ImageSize));
        AssertSame(_files.Foundation, exported[0].Path, "");
    }

    [Fact]
    public void Files_of_the_losses_are_imported()
    {
        var (vgg, heads) = _files.Perceptual();
        var dino = _files.Dino(DinoTrunk.Small with { Width = 64, Depth = 4, Heads = 1, StoredGrid = 3 });
        var imported = Import(new() { PerceptualLoss = [heads, vgg], Dino = dino });
        using var loss = LearnedPerceptualLoss.Load(imported[0].Path, CPU);
        using var again = SafetensorsFile(imported[0].Path);
        AssertSame(heads, imported[0].Path, "");
        Assert.Equal(33, again.Names.Count());
        using var trunk = DinoTrunk.Load(imported[1].Path, DinoTrunk.Small with { Width = 64, Depth = 4, Heads = 1, StoredGrid = 3 });
        using var official = DinoTrunk.Load(dino, trunk.Config); // the official file itself is good enough
        Assert.Equal(imported[0].Hash, Import(new() { PerceptualLoss = [imported[0].Path] })[0].Hash);
        var inception = Assert.Single(Import(new() { Inception = _files.Inception() }));
        using var features = InceptionV3.Load(inception.Path, CPU);
        Assert.Equal(472, SafetensorsNames(inception.Path));
        Assert.Equal(inception.Hash, Import(new() { Inception = inception.Path })[0].Hash);
    }

    [Fact]
    public void A_random_order_generator_is_told_by_its_shapes()
    {
        var config = GeneratorConfig.RarL with { Depth = 2, Width = 96, Heads = 3, FeedForwardWidth = 160, TokenGrid = 4, CodebookSize = 48, ClassCount = 5 };
        using var network = VFMTok.Runtime.SeededDraws.Run(4, () => new RandomOrderTransformer(config));
        var file = _files.Write("rar.safetensors", StateDict.Of(network, network.OfficialNames));
        var imported = Assert.Single(Import(new() { Generator = file, TokenizerHash = new('b', 32) }));
        using var generator = VfmGeneratorModel.Load(imported.Path);
        Assert.Equal(config, generator.Config);
        Assert.Equal((new string('b', 32), 5), (generator.TokenizerHash, generator.ClassNames.Count));
        AssertSame(file, imported.Path, "");
    }

    [Fact]
    public void A_text_conditional_generator_is_refused_by_name()
    {
        using var network = new TextConditionedTransformer(GeneratorConfig.Tiny with { Depth = 1 });
        Fails("is a text-conditional generator and not a class-conditional generator; give another file.", new() { Generator = _files.Write("t2i.safetensors", StateDict.Of(network, TextConditionedTransformer.Names)), TokenizerHash = new('b', 32) });
    }

    [Fact]
    public void Half_precision_becomes_float32()
    {
        using var scope = NewDisposeScope();
        var half = _files.Change(_files.Foundation, "cls_token", t => t.to(ScalarType.BFloat16));
        var imported = Import(new() { Foundation = half });
        using var before = SafetensorsFile(half);
        using var after = SafetensorsFile(imported[0].Path);
        Assert.Equal(ScalarType.Float32, after.TypeOf("cls_token"));
        Assert.True(after.Read("cls_token").equal(before.Read("cls_token").to(ScalarType.Float32)).all().item<bool>());
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        var norm = "norm.weight";
        Fails("lacks the tensor 'norm.weight'; it was made for another network or configuration.", new() { Foundation = _files.Change(_files.Foundation, norm, _ => null) });
        Fails("holds the tensor 'surplus' that the network does not have; it was made for another network or configuration.", new() { Foundation = Extra(_files.Foundation) });
        Fails("it lacks the tensor 'norm.weight', it holds the tensor 'norm.wait' that the network does not have; it", new() { Foundation = _files.Change(_files.Foundation, norm, t => t, rename: "norm.wait") });
        Fails("'norm.weight' has the shape (63) where (64) is needed", new() { Foundation = _files.Change(_files.Foundation, norm, t => t.narrow(0, 0, 63).clone()) });
        Fails("'norm.weight' has the type Int64 where Float32 is needed", new() { Foundation = _files.Change(_files.Foundation, norm, t => t.to(ScalarType.Int64)) });
        Fails("holds NaN or infinite numbers; train or download the model again.", new() { Foundation = _files.Change(_files.Foundation, norm, t => t / 0) });
        Fails("'gpt.safetensors' is a class-conditional generator and not a DINOv2 foundation model; give another file.", new() { Foundation = _files.Generator });
        Fails("lacks its foundation model, as official tokenizers do; give that too (the paper's is dinov2_vitl14_reg4_pretrain.pth).", new() { Tokenizer = _files.Tokenizer });
        Fails("was trained on features of 64 channels and the foundation model has 128", new() { Tokenizer = _files.Tokenizer, Foundation = OtherFoundation() });
        Fails("writes 4 x 4 tokens of 47 codes and the tokenizer has 4 x 4 of 48", new() { Tokenizer = _files.Tokenizer, Foundation = _files.Foundation, Generator = OtherGenerator() });
        Assert.False(Directory.Exists(_files["out"]) && Directory.EnumerateFiles(_files["out"]).Any(), "a refused import left files");
    }

    [Fact]
    public void A_stated_configuration_that_does_not_fit_together_is_refused()
    {
        using var scope = NewDisposeScope();
        using var file = new SafetensorsReader(_files.Foundation);
        foreach (var configuration in new[] { "{", "null", "{\"PatchSize\":14,\"Width\":64,\"Depth\":4,\"Heads\":3}" })
        {
            var path = _files["stated.safetensors"];
            using (var stream = File.Create(path)) SafetensorsWriter.Write(stream, [.. file.Names.Select(n => (n, file.Read(n)))], new Dictionary<string, string> { ["configuration"] = configuration });
            Fails("The configuration in 'stated.safetensors' is not valid (", new() { Foundation = path });
        }
    }

    [Fact]
    public void NaN_can_be_taken_over_and_then_not_loaded()
    {
        var broken = _files.Change(_files.Foundation, "norm.weight", t => t / 0);
        var imported = Import(new() { Foundation = broken, AllowNonFinite = true });
        AssertSame(broken, imported[0].Path, "");
        Assert.Contains("NaN or infinite", Assert.Throws<InvalidCheckpointException>(() => VfmFoundationModel.Load(imported[0].Path)).Message);
    }

    [Fact]
    public void A_hash_is_verified_before_anything_else()
    {
        var right = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_files.Foundation)));
        Import(new() { Foundation = _files.Foundation, Sha256 = new Dictionary<string, string> { [_files.Foundation] = right.ToUpperInvariant() } });
        var wrong = new string('0', 64);
        Fails($"'dinov2.safetensors' has the SHA-256 {right} and not {wrong}; download it again.", new() { Foundation = _files.Foundation, Sha256 = new Dictionary<string, string> { [_files.Foundation] = wrong } });
    }

    [Fact]
    public void Options_that_do_not_fit_together_are_refused()
    {
        Refused("There is nothing to import", new());
        Refused("A generator without its tokenizer means nothing", new() { Generator = "x" });
        Refused("PerceptualLoss has 3 files", new() { PerceptualLoss = ["a", "b", "c"] });
        Refused("Sha256 names 'b', which is not imported", new() { Foundation = "a", Sha256 = new Dictionary<string, string> { ["b"] = new('0', 64) } });
        Refused("must have 64 hexadecimal digits", new() { Foundation = "a", Sha256 = new Dictionary<string, string> { ["a"] = "abc" } });
        Refused("There are 2 class names and 'gpt.safetensors' has 3 classes", new() { Generator = _files.Generator, TokenizerHash = new('a', 32), ClassNames = ["a", "b"] });
        Refused("ClassNames holds 'crane' 2 times", new() { Generator = _files.Generator, TokenizerHash = new('a', 32), ClassNames = ["crane", "b", "crane"] });
        Refused("FoundationImageSize 100 is no multiple of the patch size 14", new() { Foundation = _files.Foundation, FoundationImageSize = 100 });
    }

    [Fact]
    public void Progress_ends_at_the_total_and_cancelling_leaves_no_file()
    {
        var seen = new List<WeightImportProgress>();
        Import(new() { Foundation = _files.Foundation, Tokenizer = _files.Tokenizer }, new Watcher(seen.Add));
        Assert.Equal(seen[^1].Total, seen[^1].Done);
        Assert.True(seen.Zip(seen.Skip(1)).All(p => p.First.Done <= p.Second.Done));
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => WeightImport.Import(new() { Foundation = _files.Foundation }, _files["cancelled"], new Watcher(_ => source.Cancel()), source.Token));
        Assert.Empty(Directory.GetFiles(_files["cancelled"]));
    }

    [Fact]
    public void Nothing_stays_in_memory()
    {
        Import(new() { Foundation = _files.Foundation, Tokenizer = _files.Tokenizer });
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Import(new() { Foundation = _files.Foundation, Tokenizer = _files.Tokenizer });
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private IReadOnlyList<ImportedNetwork> Import(WeightImportOptions options, IProgress<WeightImportProgress>? progress = null) => WeightImport.Import(options, _files["out"], progress);

    private void Fails(string part, WeightImportOptions options)
    {
        var message = Assert.Throws<InvalidCheckpointException>(() => Import(options)).Message;
        Assert.Contains(part, message);
        Assert.DoesNotContain('\n', message);
    }

    private void Refused(string part, WeightImportOptions options) => Assert.Contains(part, Assert.Throws<ArgumentException>(() => Import(options)).Message);

    private string Extra(string path)
    {
        using var scope = NewDisposeScope();
        using var file = new SafetensorsReader(path);
        return _files.Write("extra.safetensors", [.. file.Names.Select(n => (n, file.Read(n))), ("surplus", zeros(2))]);
    }

    private string OtherFoundation()
    {
        using var network = new VisionTransformer(OfficialFiles.FoundationConfig with { Width = 128, Heads = 2 });
        return _files.Write("other.safetensors", StateDict.Of(network, VisionTransformer.Names));
    }

    private string OtherGenerator()
    {
        using var network = new AutoregressiveTransformer(OfficialFiles.GeneratorConfig with { CodebookSize = 47 });
        return _files.Write("other-gpt.safetensors", StateDict.Of(network, network.OfficialNames));
    }

    private static int SafetensorsNames(string path)
    {
        using var file = new SafetensorsReader(path);
        return file.Names.Count();
    }

    private static SafetensorsReader SafetensorsFile(string path) => new(path);

    // Every tensor of the first file is in the second one, to the last bit.
    private static void AssertSame(string before, string after, string prefix)
    {
        using var scope = NewDisposeScope();
        using var first = new SafetensorsReader(before);
        using var second = new SafetensorsReader(after);
        foreach (var name in first.Names) Assert.True(first.Read(name).bytes.SequenceEqual(second.Read(prefix + name).bytes), $"'{name}' differs");
    }

    private sealed class Watcher(Action<WeightImportProgress> see) : IProgress<WeightImportProgress>
    {
        public void Report(WeightImportProgress value) => see(value);
    }
}
