using TorchSharp;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using static TorchSharp.torch;

namespace VFMTok.Tests.Tokenizer;

/// <summary>Fresh networks look the same way whatever they see; these have drawn weights behind offsets and weights of their points, as trained ones have.</summary>
internal static class LivelyTokenizer
{
    public static VfmTokenizer Network(TokenizerConfig config) => SeededDraws.Run(1, () =>
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var network = new VfmTokenizer(config);
        network.eval();
        foreach (var layer in network.Encoder!.Layers)
            foreach (var name in new[] { "_offsets.weight", "_weights.weight" })
            {
                var parameter = layer.CrossAttention.get_parameter(name)!;
                parameter.copy_(SeededDraws.Normal(0.1, parameter.shape));
            }
        return network;
    });

    public static VfmTokenizerModel Model(TokenizerConfig config) => new(Network(config), ComputeDevice.Cpu);

    /// <summary>An image of noise.</summary>
    public static byte[] Image(int size, int seed)
    {
        var rgb = new byte[size * size * 3];
        new Random(seed).NextBytes(rgb);
        return rgb;
    }
}
