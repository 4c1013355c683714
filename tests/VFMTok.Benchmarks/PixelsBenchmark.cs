using TorchSharp;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using static TorchSharp.torch;

namespace VFMTok.Benchmarks;

/// <summary>Codes to pictures with the paper's tokenizer: token decoder and pixel decoder at 336 px.</summary>
internal static class PixelsBenchmark
{
    /// <summary>Operations of one image, counted as those of <see cref="Encode"/>.</summary>
    public const double Operations = 357e9;

    public static void Run(Settings settings)
    {
        using var network = PaperTokenizer.Make(settings.Device);
        using var codes = randint(network.Config.CodebookSize, [1, network.Config.SlotCount], dtype: ScalarType.Int64, device: settings.Device);
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            using var ceilings = new Ceilings(type, settings.Device);
            var rates = ceilings.Measure(settings.Rounds, (() => MixedPrecision.Run(type, () => network.Decode(codes)), Operations));
            ceilings.Print(rates);
            Measured.Print("pixels", rates.Work[0] / 1e9, "GFLOP/s", $"{type}", 1, rates.Work[0] / rates.Product, "matrix product");
            Measured.Print("pixels", 1 / rates.Seconds[0], "images/s", $"{type}", 1, rates.Work[0] / rates.Convolution, "convolution");
        }
    }
}
