using VFMTok.Checkpoints;
using VFMTok.Checkpoints.PyTorch;
using VFMTok.Evaluation;
using VFMTok.Foundation;
using VFMTok.Generation;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using VFMTok.Training.Discriminators;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Pretrained;

/// <summary>The opened files of an import, and what is to be made of them.</summary>
/// <param name="options">Which files.</param>
internal sealed class ImportSources(WeightImportOptions options) : IDisposable
{
    private readonly List<CheckpointFile> _files = [];
    private readonly List<nn.Module> _networks = []; // without memory

    /// <summary>Opens the files and finds out what they are; reads no weights.</summary>
    /// <exception cref="InvalidCheckpointException">A file is not what its option wants, or does not fit the others.</exception>
    public IReadOnlyList<ImportPlan> Plans()
    {
        var plans = new List<ImportPlan>();
        var foundation = options.Foundation is null ? null : Foundation(options.Foundation);
        if (foundation is not null && options.IsFoundationWritten) plans.Add(foundation);
        var tokenizer = options.Tokenizer is null ? null : Tokenizer(options.Tokenizer, foundation);
        if (tokenizer is not null) plans.Add(tokenizer);
        if (options.Generator is not null) plans.Add(Generator(options.Generator, tokenizer));
        if (options.PerceptualLoss.Count > 0) plans.Add(Perceptual());
        if (options.Dino is not null) plans.Add(Dino(options.Dino));
        if (options.Inception is not null) plans.Add(Inception(options.Inception));
        return plans;
    }

    public void Dispose()
    {
        _files.ForEach(f => f.Dispose());
        _networks.ForEach(n => n.Dispose());
    }

    private ImportPlan Foundation(string path)
    {
        var (file, weights) = Open(path, NetworkKind.Foundation);
        var config = Stated<VisionTransformerConfig>(file, c => c.Validate()) ?? OfficialConfigurations.Foundation(weights);
        if (options.FoundationImageSize % config.PatchSize != 0) throw new ArgumentException($"FoundationImageSize {options.FoundationImageSize} is no multiple of the patch size {config.PatchSize}; choose one.");
        var conversion = new NetworkConversion(VfmFoundationModel.Describe(config, options.FoundationImageSize), TensorsOf(() => new VisionTransformer(config), VisionTransformer.Names), weights);
        return new ImportPlan(NetworkKind.Foundation, OfficialConfigurations.NameOf(config), "foundation.safetensors", Place(weights), conversion);
    }

    private ImportPlan Tokenizer(string path, ImportPlan? foundation)
    {
        var (file, weights) = Open(path, NetworkKind.Tokenizer);
        var isWhole = weights.Names.Any(n => n.StartsWith(VfmTokenizer.FoundationPrefix, StringComparison.Ordinal));
        if (isWhole == (foundation is not null))
            throw new InvalidCheckpointException(isWhole ? $"'{weights.FileName}' holds its foundation model; give no other one."
                : $"'{weights.FileName}' lacks its foundation model, as official tokenizers do; give that too (the paper's is dinov2_vitl14_reg4_pretrain.pth).");
        var inner = isWhole ? new RenamedTensors(weights, n => n.StartsWith(VfmTokenizer.FoundationPrefix, StringComparison.Ordinal) ? n[VfmTokenizer.FoundationPrefix.Length..] : null) : foundation!.Conversion.Source;
        var whole = isWhole ? weights : new JoinedTensors(weights, new RenamedTensors(inner, n => VfmTokenizer.FoundationPrefix + n));
        var config = Stated<TokenizerConfig>(file, c => c.Validate()) ?? OfficialConfigurations.Tokenizer(weights, OfficialConfigurations.Foundation(inner));
        var conversion = new NetworkConversion(VfmTokenizerModel.Describe(config), TensorsOf(() => new VfmTokenizer(config), VfmTokenizer.Names), whole);
        return new ImportPlan(NetworkKind.Tokenizer, $"VFMTok, {config.SlotCount} tokens of {config.CodebookSize} codes, {config.ImageSize} px", "tokenizer.safetensors", Place(weights), conversion);
    }

    private ImportPlan Generator(string path, ImportPlan? tokenizer)
    {
        var (file, weights) = Open(path, NetworkKind.Generator);
        var codes = tokenizer is null ? null : ModelMetadata.Parse<TokenizerConfig>(tokenizer.Conversion.Metadata.Configuration);
        var config = Stated<GeneratorConfig>(file, c => c.Validate()) ?? OfficialConfigurations.Generator(weights, codes?.SlotGrid ?? TokenizerConfig.Paper.SlotGrid);
        if (codes is not null && (config.CodebookSize != codes.CodebookSize || config.TokenGrid != codes.SlotGrid))
            throw new InvalidCheckpointException($"'{weights.FileName}' writes {config.TokenGrid} x {config.TokenGrid} tokens of {config.CodebookSize} codes and the tokenizer has {codes.SlotGrid} x {codes.SlotGrid} of {codes.CodebookSize}; give the files that belong together.");
        var names = options.ClassNames ?? StatedNames(file) ?? [.. Enumerable.Range(0, config.ClassCount).Select(i => $"{i}")];
        if (names.Count != config.ClassCount) throw new ArgumentException($"There are {names.Count} class names and '{weights.FileName}' has {config.ClassCount} classes; give one name for each.");
        var meta = MetaDevice.Run(() => GeneratorNetwork.Of(config));
        _networks.Add(meta);
        var conversion = new NetworkConversion(VfmGeneratorModel.Describe(config, names, ""), StateDict.Of(meta, meta.OfficialNames), weights);
        return new ImportPlan(NetworkKind.Generator, OfficialConfigurations.NameOf(config), "generator.safetensors", Place(weights), conversion)
            { WithTokenizer = hash => VfmGeneratorModel.Describe(config, names, hash) };
    }

    private ImportPlan Perceptual()
    {
        var files = options.PerceptualLoss.Select(OpenAny).ToArray();
        ITensorFile weights;
        if (files.Length == 1)
        {
            NetworkRecognition.Require(files[0], NetworkKind.PerceptualLoss);
            weights = files[0];
        }
        else
        {
            var (trunk, heads) = NetworkRecognition.Of(files[0]) == NetworkKind.PerceptualHeads ? (files[1], files[0]) : (files[0], files[1]);
            NetworkRecognition.Require(trunk, NetworkKind.Vgg16);
            NetworkRecognition.Require(heads, NetworkKind.PerceptualHeads);
            weights = new JoinedTensors(new RenamedTensors(trunk, LearnedPerceptualLoss.FromVgg), heads);
        }
        var conversion = new NetworkConversion(ModelMetadata.Of("perceptual-loss", new { }, new Dictionary<string, string>()), TensorsOf(() => new LearnedPerceptualLoss(), LearnedPerceptualLoss.Names), weights)
            { Constants = LearnedPerceptualLoss.Constants };
        return new ImportPlan(NetworkKind.PerceptualLoss, "LPIPS", "perceptual.safetensors", weights.FileName, conversion);
    }

    private ImportPlan Dino(string path)
    {
        var (_, weights) = Open(path, NetworkKind.Dino);
        var config = OfficialConfigurations.Dino(weights);
        var conversion = new NetworkConversion(ModelMetadata.Of("dino", config, new Dictionary<string, string>()), TensorsOf(() => new DinoTransformer(config), DinoTransformer.Names), weights)
            { Unused = DinoTrunk.Unused };
        return new ImportPlan(NetworkKind.Dino, $"DINO, {config.Depth} blocks of {config.Width}", "dino.safetensors", Place(weights), conversion);
    }

    private IReadOnlyList<(string Name, Tensor Tensor)> TensorsOf(Func<nn.Module> network, NameMap names)
    {
        _networks.Add(MetaDevice.Run(network));
        return StateDict.Of(_networks[^1], names);
    }

    private ImportPlan Inception(string path)
    {
        var (_, weights) = Open(path, NetworkKind.Inception);
        var conversion = new NetworkConversion(ModelMetadata.Of("inception", new { }, new Dictionary<string, string>()), TensorsOf(() => new InceptionV3(), InceptionV3.Names), weights)
            { Unused = InceptionV3.Unused };
        return new ImportPlan(NetworkKind.Inception, "Inception-v3", "inception.safetensors", Place(weights), conversion);
    }

    private (CheckpointFile File, ITensorFile Weights) Open(string path, NetworkKind kind)
    {
        var weights = OpenAny(path);
        NetworkRecognition.Require(weights, kind);
        return (_files[^1], weights);
    }

    private ITensorFile OpenAny(string path)
    {
        _files.Add(CheckpointFile.Open(path));
        return _files[^1].Weights;
    }

    // Files of this library state their configuration.
    private static T? Stated<T>(CheckpointFile file, Action<T> validate) where T : class
    {
        if (!file.Metadata.TryGetValue(ModelMetadata.ConfigurationKey, out var json)) return null;
        try
        {
            var config = ModelMetadata.Parse<T>(json);
            validate(config);
            return config;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or ArgumentException)
        {
            throw new InvalidCheckpointException($"The configuration in '{file.Weights.FileName}' is not valid ({e.Message.Split('\n')[0].TrimEnd('.')}); export the model again.", e);
        }
    }

    private static IReadOnlyList<string>? StatedNames(CheckpointFile file) => file.Metadata.TryGetValue(VfmGeneratorModel.ClassNamesKey, out var json) ? VfmGeneratorModel.ParseClassNames(json) : null;

    private static string Place(ITensorFile weights) => weights is TorchStateDict { Place.Length: > 0 } part ? $"{weights.FileName}: {part.Place}" : weights.FileName;
}
