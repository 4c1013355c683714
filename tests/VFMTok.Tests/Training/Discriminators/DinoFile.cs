using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Foundation;
using VFMTok.Runtime;
using VFMTok.Training.Discriminators;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training.Discriminators;

/// <summary>A temporary file with a DINO model of random weights, under the official names.</summary>
public sealed class DinoFile : IDisposable
{
    /// <summary>A model for tests: 32 px, 2 x 2 patches.</summary>
    internal static readonly VisionTransformerConfig Mini = new(16, 32, 4, 2, StoredGrid: 2);

    /// <summary>DINO ViT-S/16.</summary>
    public DinoFile() : this(DinoTrunk.Small) { }

    internal DinoFile(VisionTransformerConfig config, Action<Dictionary<string, Tensor>>? change = null)
    {
        using var scope = NewDisposeScope();
        using var trunk = SeededDraws.Run(7, () => new DinoTrunk(config));
        var tensors = StateDict.Of(trunk.Network, DinoTransformer.Names).ToDictionary(t => t.Name, t => t.Tensor);
        change?.Invoke(tensors);
        using var stream = File.Create(Path);
        SafetensorsWriter.Write(stream, [.. tensors.Select(t => (t.Key, t.Value))], new Dictionary<string, string>());
    }

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
