using System.Text.Json;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Generation;

/// <summary>A trained generator: a class to the tokens of a new image of it.</summary>
public sealed class VfmGeneratorModel : SharedModel
{
    private const string Kind = "generator";

    private readonly GeneratorNetwork _network;

    internal VfmGeneratorModel(GeneratorNetwork network, IReadOnlyList<string> classNames, string tokenizerHash, ComputeDevice device)
        : base(network, network.OfficialNames, Kind, network.Config,
            new Dictionary<string, string> { ["classNames"] = JsonSerializer.Serialize(classNames), ["tokenizerHash"] = tokenizerHash }, device) =>
        (_network, ClassNames, TokenizerHash) = (network, classNames, tokenizerHash);

    /// <summary>Sizes.</summary>
    public GeneratorConfig Config => _network.Config;

    /// <summary>Names of the classes, by index.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Hash of the tokenizer whose tokens it writes.</summary>
    public string TokenizerHash { get; }

    /// <summary>Loads a model from a file that <see cref="SharedModel.Save(string)"/> wrote.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <param name="device">Where to run; default CPU.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="Checkpoints.InvalidCheckpointException">It is no sound generator.</exception>
    public static VfmGeneratorModel Load(string path, ComputeDevice? device = null)
    {
        using var stream = Open(path);
        return Load(stream, Path.GetFileName(path), device);
    }

    /// <summary>Loads a model from a seekable stream.</summary>
    /// <param name="stream">Seekable.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="device">Where to run; default CPU.</param>
    /// <exception cref="Checkpoints.InvalidCheckpointException">It is no sound generator.</exception>
    public static VfmGeneratorModel Load(Stream stream, string name, ComputeDevice? device = null) =>
        Load<GeneratorConfig, VfmGeneratorModel>(stream, name, Kind, (config, facts) =>
        {
            var names = JsonSerializer.Deserialize<string[]>(facts.GetValueOrDefault("classNames", "[]")) ?? [];
            if (names.Length != config.ClassCount) throw new ArgumentException($"{names.Length} class names for {config.ClassCount} classes");
            var network = GeneratorNetwork.Of(config);
            return (network, network.OfficialNames, () => new VfmGeneratorModel(network, names, facts.GetValueOrDefault("tokenizerHash", ""), device ?? ComputeDevice.Cpu));
        });

    /// <summary>Index of a class by its name.</summary>
    /// <exception cref="ArgumentException">There is no such class; the message lists what there is.</exception>
    public int ClassIndex(string name)
    {
        for (var i = 0; i < ClassNames.Count; i++)
            if (ClassNames[i] == name) return i;
        throw new ArgumentException($"There is no class '{name}'; the model knows {string.Join(", ", ClassNames.Take(20))}{(ClassNames.Count > 20 ? $" and {ClassNames.Count - 20} more" : "")}.", nameof(name));
    }

    /// <summary>Writes tokens (paper section 4).</summary>
    /// <param name="classes">Class index of each image, in [0, ClassCount).</param>
    /// <param name="seeds">Seed of each image; an image depends on its class, its seed and the options alone.</param>
    /// <param name="options">How to draw.</param>
    /// <param name="tokens">classes.Length * TokenCount tokens to fill.</param>
    /// <param name="cancellation">Checked before every token.</param>
    /// <exception cref="ArgumentException">A buffer has the wrong length or an option is out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class is not in [0, ClassCount).</exception>
    public void Generate(ReadOnlySpan<int> classes, ReadOnlySpan<long> seeds, SamplingOptions options, Span<int> tokens, CancellationToken cancellation = default)
    {
        Pixels.RequireLength(seeds.Length, classes.Length, nameof(seeds));
        Pixels.RequireLength(tokens.Length, (long)classes.Length * Config.TokenCount, nameof(tokens));
        Shapes.RequireRange(classes, Config.ClassCount, "Class", nameof(classes));
        options.Validate();
        if (classes.Length == 0) return;
        var (labels, count) = (classes.ToArray(), classes.Length);
        var numbers = RowSeeds.Uniform(seeds, Config.TokenCount);
        var result = new int[tokens.Length];
        Run(() =>
        {
            var uniform = tensor(numbers, [count, Config.TokenCount]).to(Device.Torch);
            Pixels.CopyTo(CodeSampler.Sample(_network, Pixels.ToIndices(labels, [count], Device.Torch), uniform, options, cancellation), result);
        });
        result.CopyTo(tokens);
    }
}
