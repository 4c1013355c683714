using VFMTok.Generation;
using VFMTok.Imaging;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using static TorchSharp.torch;

namespace VFMTok.Training.Reporting;

/// <summary>Pictures that a generator draws while it learns: the same seeds every time, so that progress shows.</summary>
internal static class SampleSheet
{
    private const int Rows = 16, Columns = 8;

    /// <summary>A row of samples for each of the first classes, drawn without guidance.</summary>
    /// <param name="network">In evaluation mode.</param>
    /// <param name="tokenizer">Of the network's tokens.</param>
    /// <param name="device">Where the network is.</param>
    public static RgbImage Draw(GeneratorNetwork network, VfmTokenizerModel tokenizer, Device device)
    {
        var (classes, side) = (Math.Min(Rows, network.Config.ClassCount), tokenizer.Config.ImageSize);
        var cells = new List<RgbImage[]>();
        for (var label = 0; label < classes; label++)
        {
            var seeds = Enumerable.Range(0, Columns).Select(i => RowSeeds.Combine(label, i)).ToArray();
            var tokens = ImageBatches.Write(network, Enumerable.Repeat(label, Columns).ToArray(), seeds, Columns, new SamplingOptions(), device, null, default);
            var rgb = new byte[Columns * side * side * 3];
            tokenizer.Decode(tokens, Columns, rgb);
            cells.Add([.. rgb.Chunk(side * side * 3).Select(pixels => new RgbImage(side, side, pixels))]);
        }
        return ImageGrid.Compose([.. cells], [], side <= 64 ? 2 : 1);
    }
}
