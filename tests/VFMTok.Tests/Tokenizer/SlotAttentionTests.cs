using TorchSharp;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using static TorchSharp.torch;

namespace VFMTok.Tests.Tokenizer;

public class SlotAttentionTests
{
    private static readonly TokenizerConfig Tiny = TokenizerConfig.Tiny; // 64 px, 8 x 8 slots, 8 x 8 places of 8 px, 2 levels

    private static SlotAttention Fresh()
    {
        using var model = new VfmTokenizerModel(SeededDraws.Run(1, () => new VfmTokenizer(Tiny)), ComputeDevice.Cpu);
        return model.Attention(LivelyTokenizer.Image(64, 1));
    }

    [Fact]
    public void A_fresh_network_looks_along_the_compass()
    {
        var attention = Fresh();
        Assert.Equal(2 * 64 * 8 * 2 * 4, attention.Points.Length);
        Assert.Equal((12, 12), attention.Centre(9));
        for (var level = 0; level < 2; level++)
        {
            Near((12 + 3 * 8, 12), attention[1, 9, 0, level, 2]); // east, three places of the map
            Near((12 + 8, 12 + 8), attention[1, 9, 1, level, 0]); // y grows downwards
            Near((12, 12 + 4 * 8), attention[1, 9, 2, level, 3]);
        }
        var looks = attention.Looks(0, 27);
        Assert.Equal(8 * 2.5 * (1 + Math.Sqrt(2)) / 2, looks.Reach, 1e-4);
        Assert.Equal(8 * Math.Sqrt(7.5 * 1.5), looks.Spread, 1e-4);
        Assert.Equal(0, looks.Shift, 1e-4);
        Assert.Equal([0.5, 0.5], looks.LevelShares.Select(s => Math.Round(s, 6)));
        Assert.Equal(looks.PointsOutside, looks.WeightOutside, 1e-6); // all count alike

        static void Near((double X, double Y) expected, SamplingPoint actual)
        {
            Assert.Equal(expected.X, actual.X, 1e-4);
            Assert.Equal(expected.Y, actual.Y, 1e-4);
            Assert.Equal(1 / 8.0, actual.Weight, 1e-6);
        }
    }

    [Fact]
    public void Figures_are_those_of_the_weighted_points()
    {
        var attention = new SlotAttention(Tiny with { SlotGrid = 2, EncoderDepth = 1, EncoderHeads = 1, SamplingPoints = 2, ImageSize = 64 });
        SamplingPoint[] points = [new(16, 16, 0.5f), new(26, 16, 0), new(16, 36, 0.25f), new(-4, 16, 0.25f)]; // two of each level
        for (var slot = 0; slot < 4; slot++) points.CopyTo(attention.Unfilled[(slot * 4)..]);
        Assert.Equal((11, 21), attention.Mean(0, 0));
        var looks = attention.Looks(0, 0);
        Assert.Equal(10, looks.Reach, 1e-9);
        Assert.Equal(Math.Sqrt(50), looks.Shift, 1e-9);
        Assert.Equal(Math.Sqrt(150), looks.Spread, 1e-9);
        Assert.Equal([0.5, 0.5], looks.LevelShares);
        Assert.Equal((0.25, 0.25), (looks.PointsOutside, looks.WeightOutside));
        Assert.Equal((attention.LevelOf(1), attention.LevelOf(2)), (0, 1));
        Assert.Equal(new SamplingPoint(16, 36, 0.25f), attention[0, 3, 0, 1, 0]);
        Assert.Equal(Enumerable.Range(0, 4).Average(slot => attention.Looks(0, slot).Reach), attention.Looks(0).Reach, 1e-9);

        var density = attention.Density(0); // 8 x 8 places of 8 px: a corner of four places shares a point equally
        Assert.Equal(4 * 0.5 / 4 * 16, density[1 * 8 + 1], 1e-6);      // 4 slots, over the sixteenth of a head's weight that is even
        Assert.Equal(64 * 0.75, density.Sum(), 1e-6);                  // half a place beyond the edge nothing of the map is read any more
    }

    [Fact]
    public void What_the_density_calls_unread_does_not_change_the_slots()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var config = Tiny with { SlotGrid = 1, EncoderDepth = 1 };
        using var model = LivelyTokenizer.Model(config);
        var density = model.Attention(LivelyTokenizer.Image(64, 1)).Density(0);
        var unread = Enumerable.Range(0, 64).Where(i => density[i] == 0).ToArray();
        var weakest = Enumerable.Range(0, 64).Except(unread).MinBy(i => density[i]);
        Assert.NotEmpty(unread);
        var features = SeededDraws.Run(1, () => config.Levels.Select(_ => SeededDraws.Normal(1, 1, 64, config.Foundation.Width)).ToArray());
        var slots = model.Network.Encoder!.call(features);
        Assert.True(Changed(unread).Equals(slots));
        Assert.False(Changed([weakest]).Equals(slots));

        Tensor Changed(int[] places)
        {
            var elsewhere = SeededDraws.Run(2, () => features.Select(f => SeededDraws.Normal(1, f.shape)).ToArray());
            var mask = tensor(Enumerable.Range(0, 64).Select(places.Contains).ToArray()).reshape(1, 64, 1);
            return model.Network.Encoder!.call([.. features.Zip(elsewhere, (f, e) => f.where(~mask, e))]);
        }
    }

    [Fact]
    public void The_same_image_gives_the_same_points_and_another_image_others()
    {
        using var model = LivelyTokenizer.Model(Tiny);
        var (image, changed) = (LivelyTokenizer.Image(64, 1), LivelyTokenizer.Image(64, 1));
        changed.AsSpan(30 * 64 * 3, 4 * 64 * 3).Clear();
        var (attention, again, other) = (model.Attention(image), model.Attention(image), model.Attention(changed));
        Assert.True(attention.Points.SequenceEqual(again.Points));
        Assert.True(attention.Points[..(attention.Points.Length / 2)].SequenceEqual(other.Points[..(other.Points.Length / 2)])); // the first layer has read nothing yet
        Assert.False(attention.Points.SequenceEqual(other.Points));
        for (var head = 0; head < 8; head++)
            Assert.Equal(1, attention.Of(1, 5).Slice(head * 8, 8).ToArray().Sum(p => p.Weight), 1e-5);

        var coarse = model.Attention(image, Precision.BFloat16); // what came before was rounded
        Assert.False(attention.Points.SequenceEqual(coarse.Points));
        Assert.Equal(attention.Looks(1).Spread, coarse.Looks(1).Spread, 0.5);
    }

    [Fact]
    public void Wrong_input_gets_one_sentence()
    {
        using var model = LivelyTokenizer.Model(Tiny);
        Assert.StartsWith("'rgb' has 5 elements where 12288 are needed.", Assert.Throws<ArgumentException>(() => model.Attention(new byte[5])).Message);
        var attention = model.Attention(LivelyTokenizer.Image(64, 1));
        Assert.StartsWith("There is no layer 2; allowed are 0 to 1.", Assert.Throws<ArgumentOutOfRangeException>(() => attention.Looks(2)).Message);
        Assert.StartsWith("There is no slot 64; allowed are 0 to 63.", Assert.Throws<ArgumentOutOfRangeException>(() => attention.Mean(0, 64)).Message);
        Assert.StartsWith("There is no head -1; allowed are 0 to 7.", Assert.Throws<ArgumentOutOfRangeException>(() => attention[0, 0, -1, 0, 0]).Message);
        Assert.StartsWith("There is no level 2; allowed are 0 to 1.", Assert.Throws<ArgumentOutOfRangeException>(() => attention[0, 0, 0, 2, 0]).Message);
        Assert.StartsWith("There is no point 4; allowed are 0 to 3.", Assert.Throws<ArgumentOutOfRangeException>(() => attention[0, 0, 0, 0, 4]).Message);
        Assert.StartsWith("The slots have 549755813888 sampling points, more than the ", Assert.Throws<ArgumentException>(() => new SlotAttention(Tiny with { SlotGrid = 1024, EncoderDepth = 1024, SamplingPoints = 32 })).Message);
    }

    [Fact]
    public void Damaged_weights_are_told_of()
    {
        var network = LivelyTokenizer.Network(Tiny);
        using (no_grad()) network.Encoder!.Layers[1].CrossAttention.get_parameter("_offsets.bias")!.fill_(float.NaN);
        using var model = new VfmTokenizerModel(network, ComputeDevice.Cpu);
        Assert.Equal("The slots look at places that are no numbers; the tokenizer's weights are damaged: use another file.",
            Assert.Throws<InvalidDataException>(() => model.Attention(LivelyTokenizer.Image(64, 1))).Message);
    }
}
