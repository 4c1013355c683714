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

    public static VfmGeneratorModel Generator(string tokenizerHash) => new(
        SeededDraws.Run(2, () => new AutoregressiveTransformer(GeneratorConfig.Tiny with { ClassCount = 3 })), ["cat", "dog", "owl"], tokenizerHash, ComputeDevice.Cpu);

    public static MLImage Picture(int seed, int width = 80, int height = 70)
    {
        var rgb = new byte[width * height * 3];
        for (var i = 0; i < rgb.Length; i++) rgb[i] = (byte)((seed + 1) * (i / 240) + 31 * (i % 3) + i * seed / 7);
        return OwnedImage.FromRgb(width, height, rgb);
    }
}
