using System.Text.Json;
using TorchSharp;
using VFMTok.Imaging;
using VFMTok.Runtime;
using VFMTok.Tests.Shared;
using VFMTok.Tokenizer;
using static TorchSharp.torch;

namespace VFMTok.Tests.Golden;

/// <summary>Golden kind of the data pipeline.</summary>
internal static class ImagingRunners
{
    public static void Preprocess(GoldenCase golden)
    {
        RgbImage Read(string file) => ImageDecoder.Decode(Path.Combine(golden.Folder, file), ImageDecodingOptions.Reference);
        foreach (var entry in golden.Root.GetProperty("images").EnumerateArray())
        {
            var name = entry.GetProperty("name").GetString()!;
            var image = Read(entry.GetProperty("file").GetString()!);
            Assert.Equal(entry.GetProperty("size_wh").EnumerateArray().Select(v => v.GetInt32()), [image.Width, image.Height]);
            if (golden.HasOutput(name + ".rgb")) golden.Compare(name + ".rgb", Bytes(image));
            else Assert.Equal(entry.GetProperty("rgb_crc32").GetInt64(), HashWeights.Crc(image.Pixels));
            var crop = Crops.CenterCrop(image, entry.GetProperty("target").GetInt32());
            golden.Compare(name + ".center_crop", Bytes(crop));
            if (golden.HasOutput(name + ".tensor")) golden.Compare(name + ".tensor", Pixels.ToImages(crop.Pixels, 1, crop.Width, CPU).squeeze(0));
        }
        var size = golden.Config.GetProperty("target").GetInt32();
        var i = 0;
        foreach (var crop in golden.Config.GetProperty("random_crop").EnumerateArray())
        {
            var draws = new ScriptedRandom(crop.GetProperty("draws"));
            golden.Compare($"random_crop{i++}", Bytes(Crops.RandomCrop(Read(crop.GetProperty("file").GetString()!), size, draws, golden.Config.GetProperty("min_crop_frac").GetDouble())));
        }
        var all = Enumerable.Range(0, 16 * 16 * 3).Select(v => (byte)(v / 3)).ToArray();
        var normalised = Pixels.ToImages(all, 1, 16, CPU);
        golden.Compare("normalise_table", normalised.select(1, 0).flatten());
        golden.Compare("denormalise_table", VfmTokenizer.ToBytes(normalised, 16).select(1, 0).flatten());
        golden.RequireAllCompared();
    }

    private static Tensor Bytes(RgbImage image) => tensor(image.Pixels, [image.Height, image.Width, 3]);

    /// <summary>Gives the recorded draws, after checking that the right range is asked for.</summary>
    private sealed class ScriptedRandom(JsonElement draws) : Random
    {
        private int _next;

        public override int Next(int maxValue) => Next(0, maxValue);

        public override int Next(int minValue, int maxValue)
        {
            var draw = draws[_next++];
            Assert.Equal((draw.GetProperty("low").GetInt32(), draw.GetProperty("high_exclusive").GetInt32()), (minValue, maxValue));
            return draw.GetProperty("value").GetInt32();
        }
    }
}
