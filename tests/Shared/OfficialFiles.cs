using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Evaluation;
using VFMTok.Foundation;
using VFMTok.Generation;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using VFMTok.Training.Discriminators;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Tests.Shared;

/// <summary>Small networks whose heads follow the official rules, as files that state no configuration.</summary>
internal sealed class OfficialFiles : IDisposable
{
    public static readonly VisionTransformerConfig FoundationConfig = new(14, 64, 4, 1, StoredGrid: 5, Registers: 2);

    public static readonly TokenizerConfig TokenizerConfig = TokenizerConfig.Paper with
    {
        ImageSize = 56, FoundationSize = 56, Foundation = FoundationConfig, Levels = [1, 3], SlotGrid = 4, Width = 64, EncoderDepth = 1, CodebookSize = 48, CodeWidth = 4, DecoderDepth = 1,
        DecoderHidden = 96, DecoderRegisters = 1, PixelWidth = 32, PixelMultipliers = [1, 1, 2], ResidualBlocks = 1,
    };

    public static readonly GeneratorConfig GeneratorConfig = GeneratorConfig.B with { Depth = 2, Width = 128, Heads = 2, TokenGrid = 4, CodebookSize = 48, ClassCount = 3 };

    private readonly string _folder = Directory.CreateTempSubdirectory("vfmtok-official").FullName;

    public OfficialFiles()
    {
        using var tokenizer = SeededDraws.Run(5, () => new VfmTokenizer(TokenizerConfig));
        var tensors = StateDict.Of(tokenizer, VfmTokenizer.Names);
        Foundation = Write("dinov2.safetensors", StateDict.Of(tokenizer.Foundation, VisionTransformer.Names));
        Tokenizer = Write("vfmtok.safetensors", [.. tensors.Where(t => !t.Name.StartsWith(VfmTokenizer.FoundationPrefix, StringComparison.Ordinal))]);
        using var generator = SeededDraws.Run(6, () => new AutoregressiveTransformer(GeneratorConfig));
        Generator = Write("gpt.safetensors", StateDict.Of(generator, generator.OfficialNames));
    }

    public string Foundation { get; }
    public string Tokenizer { get; }
    public string Generator { get; }
    
    /// <summary>A path in the files' folder.</summary>
    public string this[string name] => Path.Combine(_folder, name);

    /// <summary>A file of the given tensors alone.</summary>
    public string Write(string name, IReadOnlyList<(string Name, Tensor Tensor)> tensors)
    {
        using var stream = File.Create(this[name]);
        SafetensorsWriter.Write(stream, tensors, new Dictionary<string, string>());
        return this[name];
    }

    /// <summary>A file with one of its tensors changed, renamed or left out.</summary>
    public string Change(string path, string tensor, Func<Tensor, Tensor?> change, string? rename = null)
    {
        using var scope = NewDisposeScope();
        using var file = new SafetensorsReader(path);
        var tensors = file.Names.Select(n => (Name: n, Tensor: n == tensor ? change(file.Read(n)) : file.Read(n))).Where(t => t.Tensor is not null)
            .Select(t => (t.Name == tensor ? rename ?? t.Name : t.Name, t.Tensor!)).ToArray();
        return Write($"changed-{Guid.NewGuid():N}.safetensors", tensors);
    }

    /// <summary>VGG-16 as torchvision has it, and the linear heads of LPIPS.</summary>
    public (string Vgg, string Heads) Perceptual()
    {
        using var scope = NewDisposeScope();
        using var loss = SeededDraws.Run(7, () => new LearnedPerceptualLoss());
        var tensors = StateDict.Of(loss, LearnedPerceptualLoss.Names);
        var vgg = tensors.Where(t => t.Name.StartsWith("net.", StringComparison.Ordinal)).Select(t => ("features." + t.Name[(t.Name.IndexOf('.', 4) + 1)..], t.Tensor)).ToList();
        vgg.Add(("classifier.0.weight", zeros(2, 2)));
        return (Write("vgg16.safetensors", vgg), Write("vgg.safetensors", [.. tensors.Where(t => t.Name.StartsWith("lin", StringComparison.Ordinal))]));
    }

    /// <summary>Inception-v3 with the counters of its batch norms, as the public port has it.</summary>
    public string Inception()
    {
        using var scope = NewDisposeScope();
        using var network = SeededDraws.Run(9, () => new InceptionV3());
        return Write("inception.safetensors", [.. StateDict.Of(network, InceptionV3.Names), .. InceptionV3.Unused.Select(name => (name, tensor(0L)))]);
    }

    public string Dino(VisionTransformerConfig config)
    {
        using var scope = NewDisposeScope();
        using var network = SeededDraws.Run(8, () => new DinoTransformer(config));
        return Write("dino.safetensors", [.. StateDict.Of(network, DinoTransformer.Names), ("norm.weight", ones(config.Width)), ("norm.bias", zeros(config.Width))]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
