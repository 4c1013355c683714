using VFMTok.Evaluation;

namespace VFMTok.Tests.Evaluation;

public class PrecisionRecallTests
{
    [Fact]
    public void Equal_sets_cover_each_other_and_distant_ones_do_not()
    {
        float[] near = [.. Enumerable.Range(0, 10).SelectMany(i => new float[] { i, 0 })], far = [.. near.Select(x => x + 1000)];
        Assert.Equal(new PrecisionRecall(1, 1), PrecisionRecall.Of(near, near, 2));
        Assert.Equal(new PrecisionRecall(0, 0), PrecisionRecall.Of(near, far, 2));
    }

    [Fact]
    public void A_set_of_one_corner_is_precise_and_covers_little()
    {
        float[] all = [.. Enumerable.Range(0, 100).Select(i => (float)i)], corner = [.. Enumerable.Range(0, 20).Select(i => i / 10f)];
        var result = PrecisionRecall.Of(all, corner, 1);
        Assert.Equal(1, result.Precision);
        Assert.Equal(0.03, result.Recall, 1e-9); // 0, 1 and 2 lie within the balls around 0 to 1.9
        var swapped = PrecisionRecall.Of(corner, all, 1);
        Assert.Equal((result.Precision, result.Recall), (swapped.Recall, swapped.Precision));
    }

    [Fact]
    public void Radii_are_squared_distances_to_the_kth_neighbour_across_blocks()
    {
        // 6000 points, more than one block of rows: pairs 1 apart, 10 from pair to pair.
        float[] pairs = [.. Enumerable.Range(0, 6000).SelectMany(i => new float[] { i / 2 % 60 * 10 + i % 2, i / 120 * 10 })];
        using var radii = PrecisionRecall.Radii(TorchSharp.torch.tensor(pairs, 6000, 2), 1);
        Assert.All(radii.data<float>().ToArray(), r => Assert.Equal(1, r, 0.2));
        Assert.Equal(6000, radii.shape[0]);
        Assert.Equal(new PrecisionRecall(1, 1), PrecisionRecall.Of([.. pairs.Select(x => x + 5000)], [.. pairs.Select(x => x + 5000)], 2, 1));
    }

    [Fact]
    public void Bad_input_is_one_sentence()
    {
        string Fault(int references, int samples, int width, int k) => Assert.Throws<ArgumentException>(() => PrecisionRecall.Of(new float[references], new float[samples], width, k)).Message;
        Assert.StartsWith("'references' has 7 numbers, which are no whole vectors of 2.", Fault(7, 8, 2, 1));
        Assert.StartsWith("'samples' has 3 vectors; precision and recall by 3 neighbours need more vectors than neighbours, and one neighbour at least.", Fault(10, 6, 2, 3));
        Assert.StartsWith("'references' has 5 vectors; precision and recall by 0 neighbours need", Fault(10, 10, 2, 0));
    }
}
