using TorchSharp;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using static TorchSharp.torch;

namespace VFMTok.Benchmarks;

/// <summary>Images to codes with the paper's tokenizer: DINOv2-L at 336 px, region-adaptive encoder, quantizer.</summary>
internal static class Encode
{
    /// <summary>Operations of one image as the specification counts them, a multiplication and an addition as two: all linear layers, convolutions, attention products and codebook distances.</summary>
    public const double Operations = 404e9;

    public static void Run(Settings settings)
    {
        using var network = SeededDraws.Run(1, () => new VfmTokenizer(TokenizerConfig.Paper));
        network.eval();
        network.to(settings.Device);
        IFreezable.Freeze(network);
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            using var ceilings = new Ceilings(type, settings.Device);
            foreach (var batch in new[] { 1, 4 })
            {
                using var images = rand(batch, 3, network.Config.ImageSize, network.Config.ImageSize, device: settings.Device);
                var rates = ceilings.Measure(settings.Rounds, (() => MixedPrecision.Run(type, () => network.Encode(images)), batch * Operations));
                if (batch == 1) ceilings.Print(rates);
                Measured.Print("encode", rates.Work[0] / 1e9, "GFLOP/s", $"{type}", batch, rates.Work[0] / rates.Product, "matrix product");
                Measured.Print("encode", batch / rates.Seconds[0], "images/s", $"{type}", batch, rates.Work[0] / rates.Convolution, "convolution");
            }
        }
    }
}
