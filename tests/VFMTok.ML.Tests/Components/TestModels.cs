using VFMTok.Generation;
using VFMTok.ML.Batching;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using Microsoft.ML.Data;

namespace VFMTok.ML.Tests.Components;

/// <summary>Small untrained networks and pictures.</summary>
internal static class TestModels
{
    public static VfmTokenizerModel Tokenizer(long seed = 1) => new(SeededDraws.Run(seed, () => new VfmTokenizer(TokenizerConfig.Tiny)), ComputeDevice.Cpu);

    public static VfmGeneratorModel Generator(string tokenizerHash) => Generator(tokenizerHash, "cat", "dog", "owl");

    public static VfmGeneratorModel Generator(string tokenizerHash, params string[] classes) => Generator(GeneratorConfig.Tiny with { ClassCount = classes.Length }, tokenizerHash, classes);

    public static VfmGeneratorModel Generator(GeneratorConfig config, string tokenizerHash, params string[] classes) => new(SeededDraws.Run(2, () =>
    {
        var network = new AutoregressiveTransformer(config);
        foreach (var parameter in network.parameters().Where(p => p.dim() >= 2)) Weights.Set(parameter, SeededDraws.Normal(0.1, parameter.shape)); // new ones draw the same for every class
        return network;
    }), classes, tokenizerHash, ComputeDevice.Cpu);

    public static MLImage Picture(int seed, int width = 80, int height = 70)
    {
        var rgb = new byte[width * height * 3];
        for (var i = 0; i < rgb.Length; i++) rgb[i] = (byte)((seed + 1) * (i / 240) + 31 * (i % 3) + i * seed / 7);
        return OwnedImage.FromRgb(width, height, rgb);
    }
}
