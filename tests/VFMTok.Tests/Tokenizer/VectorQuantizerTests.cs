using TorchSharp;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using static TorchSharp.torch;

namespace VFMTok.Tests.Tokenizer;

public class VectorQuantizerTests
{
    [Fact]
    public void The_nearest_codes_come_in_order_and_of_equal_ones_the_first()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var quantizer = SeededDraws.Run(1, () => new VectorQuantizer(20, 4));
        quantizer.Weight.narrow(0, 5, 5).copy_(quantizer.Weight.narrow(0, 0, 5)); // codes 5 to 9 equal codes 0 to 4
        var x = SeededDraws.Run(2, () => SeededDraws.Normal(1, 3, 7, 4));
        var nearest = quantizer.Nearest(x, 20);                                                                  // [B, K, S]
        Assert.Equal([3, 20, 7], nearest.shape);
        Assert.True(nearest.select(1, 0).flatten().Equals(quantizer.call(x).Indices));
        Assert.True(nearest.sort(1).Values.Equals(arange(20).reshape(1, 20, 1).expand(3, 20, 7)));               // every code once
        var distances = quantizer.call(x).Distances.reshape(3, 7, 20).transpose(1, 2).gather(1, nearest);
        Assert.True(distances.diff(1, 1).min().item<float>() >= 0);
        var places = nearest.argsort(1);
        Assert.True(places.narrow(1, 0, 5).add(1).Equals(places.narrow(1, 5, 5)));                               // a twin follows at once
    }

    [Fact]
    public void A_tokenizer_writes_ranks_image_after_image()
    {
        using var model = new VfmTokenizerModel(SeededDraws.Run(1, () => new VfmTokenizer(TokenizerConfig.Tiny)), ComputeDevice.Cpu);
        var (slots, rgb) = (model.Config.SlotCount, new byte[2 * 64 * 64 * 3]);
        new Random(1).NextBytes(rgb);
        var (first, ranks, alone) = (new int[2 * slots], new int[2 * 3 * slots], new int[3 * slots]);
        model.Encode(rgb, 2, first);
        model.EncodeRanks(rgb, 2, 3, ranks);
        model.EncodeRanks(rgb.AsSpan(rgb.Length / 2), 1, 3, alone);
        Assert.Equal(first[..slots], ranks[..slots]);
        Assert.Equal(first[slots..], ranks[(3 * slots)..(4 * slots)]);
        Assert.Equal(alone, ranks[(3 * slots)..]);
        for (var i = 0; i < slots; i++) Assert.Equal(3, new[] { ranks[i], ranks[slots + i], ranks[2 * slots + i] }.Distinct().Count());
        Assert.StartsWith("0 ranks are out of range; allowed are 1 to the 512 codes.", Assert.Throws<ArgumentOutOfRangeException>(() => model.EncodeRanks(rgb, 2, 0, [])).Message);
        Assert.Throws<ArgumentException>(() => model.EncodeRanks(rgb, 2, 2, ranks));
    }
}
