using TorchSharp;
using VFMTok.Training;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training.Data;

public sealed class TokenBatchesTests : IDisposable
{
    private const int Images = 20, Variants = 3, Ranks = 2;

    private readonly DisposeScope _scope = NewDisposeScope();

    // Every token of a sequence tells where it stands: image * 6 + variant * 2 + rank.
    private static TokenizedImages Data => new([.. Enumerable.Range(0, Images * Variants * Ranks * 4).Select(i => i / 4)], [.. Enumerable.Range(0, Images).Select(i => i % 5)], 2, 200, ["a", "b", "c", "d", "e"], "hash", Variants, Ranks);

    [Fact]
    public void Each_image_comes_once_per_epoch_in_one_variant_with_all_its_ranks()
    {
        var batches = new TokenBatches(Data, batch: 5, heldOut: 0, seed: 1, CPU);
        var (images, variants) = (new List<long>(), new HashSet<long>());
        for (var step = 0; step < Images / 5; step++)
        {
            var (tokens, labels) = batches.Take(step, 0, 5);
            Assert.Equal([10, 4], tokens.shape);
            for (var row = 0; row < 10; row += 2)
            {
                var (first, second) = (tokens[row, 0].item<long>(), tokens[row + 1, 0].item<long>());
                Assert.Equal(first + 1, second); // rank 1 and rank 2 of the same variant
                Assert.Equal(0, first % 2);
                images.Add(first / 6);
                variants.Add(first % 6 / 2);
                Assert.Equal(first / 6 % 5, labels[row].item<long>());
                Assert.Equal(first / 6 % 5, labels[row + 1].item<long>());
            }
        }
        Assert.Equal(Enumerable.Range(0, Images).Select(i => (long)i), images.Order());
        Assert.Equal(3, variants.Count);
    }

    [Fact]
    public void What_a_step_sees_depends_on_seed_and_step_alone_and_parts_together_are_the_batch()
    {
        long[] Take(long seed, int step, int parts, int before)
        {
            var batches = new TokenBatches(Data, batch: 6, heldOut: 0.1, seed, CPU);
            for (var i = 0; i < before; i++) batches.Take(i, 0, 6);
            return [.. Enumerable.Range(0, parts).SelectMany(p => batches.Take(step, p, 6 / parts).Tokens.data<long>().ToArray())];
        }
        Assert.Equal(Take(1, 7, 1, 0), Take(1, 7, 1, 7));
        Assert.Equal(Take(1, 7, 1, 0), Take(1, 7, 3, 0));
        Assert.NotEqual(Take(1, 7, 1, 0), Take(2, 7, 1, 0));
        Assert.NotEqual(Take(1, 7, 1, 0), Take(1, 8, 1, 0));
    }

    [Fact]
    public void Held_out_images_are_never_trained_on_and_stand_there_as_they_are()
    {
        var batches = new TokenBatches(Data, batch: 4, heldOut: 0.25, seed: 1, CPU);
        Assert.Equal(5, batches.HeldOut);
        var (tokens, labels) = batches.TakeHeldOut(0, 5);
        var held = tokens.select(1, 0).data<long>().ToArray();
        Assert.All(held, t => Assert.Equal(0, t % 6)); // variant 0, rank 0
        Assert.Equal(held.Select(t => t / 6 % 5), labels.data<long>().ToArray());
        for (var step = 0; step < 12; step++)
            Assert.Empty(batches.Take(step, 0, 4).Tokens.data<long>().ToArray().Select(t => t / 6).Intersect(held.Select(t => t / 6)));
    }

    [Fact]
    public void A_few_images_are_all_trained_on() => Assert.Equal(0, new TokenBatches(Data, batch: 4, heldOut: 0.04, seed: 1, CPU).HeldOut);

    public void Dispose() => _scope.Dispose();
}
