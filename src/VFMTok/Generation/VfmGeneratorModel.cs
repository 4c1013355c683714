using System.Text.Json;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Generation;

/// <summary>A trained generator: a class to the tokens of a new image of it.</summary>
public sealed class VfmGeneratorModel : SharedModel
{
    /// <summary>Stands for no class in <see cref="Generate"/>: pictures of whatever the generator has seen. Guidance has no effect on them.</summary>
    public const int Unconditional = -1;

    internal const string ClassNamesKey = "classNames";

    private const string Kind = "generator", TokenizerHashKey = "tokenizerHash";

    private readonly GeneratorNetwork _network;

    internal VfmGeneratorModel(GeneratorNetwork network, IReadOnlyList<string> classNames, string tokenizerHash, ComputeDevice device)
        : base(network, network.OfficialNames, Describe(network.Config, classNames, tokenizerHash), device) =>
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
            var names = ParseClassNames(facts.GetValueOrDefault(ClassNamesKey, "[]"));
            if (names.Length != config.ClassCount) throw new ArgumentException($"{names.Length} class names for {config.ClassCount} classes");
            if (names.Contains(null!)) throw new ArgumentException("a class name is null");
            var network = GeneratorNetwork.Of(config);
            return (network, network.OfficialNames, () => new VfmGeneratorModel(network, names, facts.GetValueOrDefault(TokenizerHashKey, ""), device ?? ComputeDevice.Cpu));
        });

    /// <summary>Index of a class by its name.</summary>
    /// <exception cref="ArgumentException">There is no such class; the message lists what there is.</exception>
    public int ClassIndex(string name)
    {
        for (var i = 0; i < ClassNames.Count; i++)
            if (ClassNames[i] == name) return i;
        throw new ArgumentException($"There is no class '{name}'; the model knows {string.Join(", ", ClassNames.Take(20))}{(ClassNames.Count > 20 ? $" and {ClassNames.Count - 20} more" : "")}: use one of them.", nameof(name));
    }

    /// <summary>Writes tokens (paper section 4).</summary>
    /// <remarks>An image's tokens depend on its class, its seed, the options and the kind of processor alone: not on the other images, their number or the number of threads.
    /// Memory is bounded, however many images there are.</remarks>
    /// <param name="classes">Class index of each image, in [0, ClassCount), or <see cref="Unconditional"/>.</param>
    /// <param name="seeds">Seed of each image.</param>
    /// <param name="options">How to draw.</param>
    /// <param name="tokens">classes.Length * TokenCount tokens to fill; unchanged if an exception is thrown.</param>
    /// <param name="cancellation">Checked before every token.</param>
    /// <param name="written">Sees tokens as they are written, on this thread; what it throws ends the call. It costs a copy to the host per token. It may use other models,
    /// for example decode what is there so far.</param>
    /// <exception cref="ArgumentException">A buffer has the wrong length or an option is out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class is out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public void Generate(ReadOnlySpan<int> classes, ReadOnlySpan<long> seeds, SamplingOptions options, Span<int> tokens, CancellationToken cancellation = default,
        Action<GeneratedCodes>? written = null)
    {
        Pixels.RequireLength(seeds.Length, classes.Length, nameof(seeds));
        Pixels.RequireLength(tokens.Length, (long)classes.Length * Config.TokenCount, nameof(tokens));
        options.Validate(Config);
        var (labels, seedOf, result) = (Labels(classes), seeds.ToArray(), new int[tokens.Length]);
        var size = ImageBatches.Size(Config, options.GuidanceScale > 1);
        for (var start = 0; start < labels.Length; start += size)
        {
            var (first, count) = (start, Math.Min(size, labels.Length - start));
            Run(() => ImageBatches.Write(_network, labels.AsSpan(first, count), seedOf.AsSpan(first, count), Device.Gpu is null ? count : size, options, Device.Torch,
                written is null ? null : (position, codes) => written(new GeneratedCodes(first, position, codes)), cancellation).CopyTo(result, first * Config.TokenCount));
        }
        result.CopyTo(tokens);
    }

    internal static ModelMetadata Describe(GeneratorConfig config, IReadOnlyList<string> classNames, string tokenizerHash) =>
        ModelMetadata.Of(Kind, config, new Dictionary<string, string> { [ClassNamesKey] = JsonSerializer.Serialize(classNames), [TokenizerHashKey] = tokenizerHash });

    internal static string[] ParseClassNames(string json) => JsonSerializer.Deserialize<string[]>(json) ?? [];

    private int[] Labels(ReadOnlySpan<int> classes)
    {
        var labels = classes.ToArray();
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] < Unconditional || labels[i] >= Config.ClassCount)
                throw new ArgumentOutOfRangeException(nameof(classes), labels[i], $"Class {labels[i]} is out of range; allowed are 0 to {Config.ClassCount - 1}, and {Unconditional} for no class.");
            if (labels[i] == Unconditional) labels[i] = Config.NullClass;
        }
        return labels;
    }
}
