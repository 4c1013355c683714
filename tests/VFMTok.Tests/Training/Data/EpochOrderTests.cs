using VFMTok.Training;

namespace VFMTok.Tests.Training.Data;

public class EpochOrderTests
{
    [Theory]
    [InlineData(10, 3)]
    [InlineData(3, 10)]
    [InlineData(1, 1)]
    public void Every_item_comes_once_per_epoch(int count, int batch)
    {
        var order = new EpochOrder(count, batch, 5);
        var items = Enumerable.Range(0, count * 4).SelectMany(s => order.Batch(s)).ToArray();
        foreach (var epoch in items.Chunk(count)) Assert.Equal(Enumerable.Range(0, count), epoch.Order());
    }

    [Fact]
    public void Places_may_be_asked_for_in_any_order()
    {
        var straight = new EpochOrder(7, 1, 5);
        var items = Enumerable.Range(0, 70).Select(p => straight.At(p)).ToArray();
        var places = Enumerable.Range(0, 70).ToArray();
        new Random(1).Shuffle(places);
        var crooked = new EpochOrder(7, 1, 5);
        Assert.All(places, p => Assert.Equal(items[p], crooked.At(p)));
    }

    [Fact]
    public void Seeds_and_epochs_differ()
    {
        int[] First(long seed, int epoch) => [.. Enumerable.Range(epoch * 20, 20).Select(p => new EpochOrder(20, 4, seed).At(p))];
        Assert.NotEqual(First(1, 0), First(2, 0));
        Assert.NotEqual(First(1, 0), First(1, 1));
        Assert.Equal(First(1, 1), First(1, 1));
    }
}
