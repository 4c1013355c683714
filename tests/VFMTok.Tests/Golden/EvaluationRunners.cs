using TorchSharp;
using VFMTok.Evaluation;
using VFMTok.Imaging;
using VFMTok.Tokenizer;
using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>Golden kinds of evaluation.</summary>
internal static class EvaluationRunners
{
    public static void Reconstruction(GoldenCase golden)
    {
        var ssim = golden.Config.GetProperty("ssim");
        Assert.Equal((7, 0.01, 0.03, 1.0), (ssim.GetProperty("win_size").GetInt32(), ssim.GetProperty("K1").GetDouble(), ssim.GetProperty("K2").GetDouble(),
            golden.Config.GetProperty("psnr_data_range").GetDouble()));
        Func<RgbImage, RgbImage, double> similarity = ssim.GetProperty("data_range").GetDouble() switch
        {
            1 => ReconstructionMetrics.Ssim,
            2 => ReconstructionMetrics.ReferenceSsim,
            var range => throw new InvalidDataException($"there is no SSIM of data range {range}"),
        };
        var (images, reconstructions) = (Bytes("images"), Bytes("recons"));
        var (height, width) = FoundationRunners.Ints(golden.Config, "resize") switch { var r => (r[0], r[1]) };
        RgbImage[] Resize(RgbImage[] all) => [.. all.Select(i => PillowResampling.Resize(i, width, height, ResamplingFilter.Bicubic))];
        var (resizedImages, resizedReconstructions) = (Resize(images), Resize(reconstructions));
        golden.Compare("images_u8_resized0", Tensor(resizedImages[0]));
        golden.Compare("recons_u8_resized0", Tensor(resizedReconstructions[0]));
        Measure("native", images, reconstructions);
        Measure($"resized{width}", resizedImages, resizedReconstructions);
        golden.RequireAllCompared();

        RgbImage[] Bytes(string name)
        {
            var input = golden.Input(name);                                                              // [B, 3, H, W]
            var bytes = VfmTokenizer.ToBytes(input, (int)input.shape[3]).permute(0, 2, 3, 1).contiguous(); // [B, H, W, 3]
            golden.Compare(name + "_u8", bytes);
            return [.. bytes.unbind().Select(i => new RgbImage((int)i.shape[1], (int)i.shape[0], i.contiguous().data<byte>().ToArray()))];
        }

        void Measure(string name, RgbImage[] a, RgbImage[] b)
        {
            golden.Compare("psnr_" + name, tensor(a.Zip(b, ReconstructionMetrics.Psnr).ToArray()));
            golden.Compare("ssim_" + name, tensor(a.Zip(b, similarity).ToArray()));
        }
    }

    private static Tensor Tensor(RgbImage image) => tensor(image.Pixels, [image.Height, image.Width, 3]);
}
