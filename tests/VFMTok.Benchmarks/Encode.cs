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
        using var network = PaperTokenizer.Make(settings.Device);
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
        Agreement(network, settings);
    }

    // Share of the codes of bfloat16 that are those of float32.
    private static void Agreement(VfmTokenizer network, Settings settings)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (equal, all) = (0L, 0L);
        for (var seed = 0; seed < (settings.Quick ? 4 : 16); seed++)
        {
            using var inner = NewDisposeScope();
            using var images = NaturalImages.Draw(seed, network.Config.ImageSize).to(settings.Device);
            var (exact, half) = (network.Encode(images), MixedPrecision.Run(ScalarType.BFloat16, () => network.Encode(images)));
            (equal, all) = (equal + exact.eq(half).sum().item<long>(), all + exact.numel());
        }
        Measured.Print("encode, codes that agree", equal / (double)all, "share", "BFloat16", 1, equal / (double)all, "codes of Float32");
    }
}
