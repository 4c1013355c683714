using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Foundation;
using VFMTok.Generation;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using static TorchSharp.torch;

namespace VFMTok.Tests.Shared;

/// <summary>Checkpoints in the layout of the official files (state-dict keys, section 12), of hash weights. No more than one tensor of them is ever in memory.</summary>
/// <param name="Tokenizer">Tokenizer, with its foundation model.</param>
/// <param name="Generator">Generator.</param>
internal sealed record SyntheticCheckpoints(TokenizerConfig Tokenizer, GeneratorConfig Generator)
{
    /// <summary>Seeds of the golden cases of full size: the averaged weights are theirs, those of the last step are others.</summary>
    public const long TokenizerSeed = 1801, GeneratorSeed = 1852;

    /// <summary>Sizes of the released files.</summary>
    public static SyntheticCheckpoints Paper { get; } = new(TokenizerConfig.Paper, GeneratorConfig.B);

    /// <summary>The same layouts, small.</summary>
    public static SyntheticCheckpoints Tiny { get; } = new(OfficialFiles.TokenizerConfig, OfficialFiles.GeneratorConfig);

    /// <summary>Names of the files, and what writes each.</summary>
    public IEnumerable<(string Path, Action Write)> Files(string folder)
    {
        NativeBackend.EnsureLoaded();
        var (foundation, tokenizer, generator) = (Path.Combine(folder, "dinov2_vitl14_reg4_pretrain.pth"), Path.Combine(folder, "vfmtok-tokenizer.pt"), Path.Combine(folder, "GPT-B.pt"));
        yield return (foundation, () => TorchFileWriter.WriteZip(foundation, Dict(Names(isFoundation: true), TokenizerSeed, VfmTokenizer.FoundationPrefix)));
        yield return (tokenizer, () => TorchFileWriter.WriteZip(tokenizer, Checkpoint(Names(isFoundation: false), TokenizerSeed)));
        yield return (generator, () => TorchFileWriter.WriteZip(generator, Checkpoint(GeneratorNames(), GeneratorSeed)));
    }

    private (string Name, long[] Shape)[] Names(bool isFoundation)
    {
        using var network = MetaDevice.Run(() => new VfmTokenizer(Tokenizer));
        return [.. StateDict.Of(network, VfmTokenizer.Names).Where(t => t.Name.StartsWith(VfmTokenizer.FoundationPrefix, StringComparison.Ordinal) == isFoundation)
            .Select(t => (isFoundation ? t.Name[VfmTokenizer.FoundationPrefix.Length..] : t.Name, t.Tensor.shape))];
    }

    private (string Name, long[] Shape)[] GeneratorNames()
    {
        using var network = MetaDevice.Run(() => new AutoregressiveTransformer(Generator));
        return [.. StateDict.Of(network, network.OfficialNames).Select(t => (t.Name, t.Tensor.shape))];
    }

    private static List<(object, object?)> Checkpoint((string Name, long[] Shape)[] names, long seed) =>
    [
        ("model", Dict(names, seed + 1_000, "")),
        ("optimizer", new List<(object, object?)>
        {
            ("state", new List<(object, object?)> { (0L, new List<(object, object?)> { ("exp_avg", Tensor("exp_avg", names[0].Shape, seed)) }) }),
            ("param_groups", new object[] { new List<(object, object?)> { ("lr", 1e-4), ("amsgrad", false), ("foreach", null), ("params", new object[] { 0L }) } }),
        }),
        ("steps", 250_200L),
        ("args", new TorchFileNamespace([("vq_model", "VQ-16"), ("ema", true), ("lr", 1e-4), ("vq_ckpt", null)])),
        ("ema", Dict(names, seed, "")),
    ];

    private static List<(object, object?)> Dict((string Name, long[] Shape)[] names, long seed, string prefix) => [.. names.Select(n => ((object)n.Name, (object?)Tensor(prefix + n.Name, n.Shape, seed)))];

    // Tensors that the rule leaves alone are zero: the codebook's record of use.
    private static TorchFileTensor Tensor(string name, long[] shape, long seed) => new(shape, () => HashWeights.Values(name, shape, seed) ?? new float[shape.Aggregate(1L, (a, b) => a * b)]);
}
