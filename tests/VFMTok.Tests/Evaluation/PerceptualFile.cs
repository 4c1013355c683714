using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Tests.Shared;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Tests.Evaluation;

/// <summary>A temporary file of LPIPS with the weights that the golden rule makes of its names.</summary>
public sealed class PerceptualFile : IDisposable
{
    public PerceptualFile()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var loss = new LearnedPerceptualLoss();
        var tensors = StateDict.Of(loss, LearnedPerceptualLoss.Names);
        HashWeights.Fill([.. tensors.Where(t => t.Name.StartsWith("net.", StringComparison.Ordinal))], "", seed: 3, Math.Sqrt(2));
        using var stream = File.Create(Path);
        SafetensorsWriter.Write(stream, tensors, new Dictionary<string, string>());
    }

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
