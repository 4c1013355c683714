using VFMTok.Generation;
using VFMTok.Runtime;

namespace VFMTok.Tests.Generation;

/// <summary>Generators whose logits differ as much as those of trained ones: new networks draw every code with the same probability.</summary>
internal static class LoudGenerator
{
    public static GeneratorConfig Small { get; } = GeneratorConfig.Tiny with { Depth = 2, TokenGrid = 4, ClassCount = 3 };

    public static GeneratorNetwork Network(GeneratorConfig config, long seed = 1) => SeededDraws.Run(seed, () =>
    {
        var network = GeneratorNetwork.Of(config);
        foreach (var parameter in network.parameters().Where(p => p.dim() >= 2)) Weights.Set(parameter, SeededDraws.Normal(0.1, parameter.shape));
        network.eval();
        return network;
    });

    public static VfmGeneratorModel Model(GeneratorConfig config) => new(Network(config), [.. Enumerable.Range(0, config.ClassCount).Select(i => $"class {i}")], "", ComputeDevice.Cpu);

    public static int[] Draw(this VfmGeneratorModel model, int[] classes, long[] seeds, SamplingOptions options, Action<GeneratedCodes>? written = null, CancellationToken cancellation = default)
    {
        var tokens = new int[classes.Length * model.Config.TokenCount];
        model.Generate(classes, seeds, options, tokens, cancellation, written);
        return tokens;
    }
}
