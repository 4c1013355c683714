using VFMTok.Runtime;

namespace VFMTok.Training;

/// <summary>Which items a step takes: every item once per epoch, in an order that depends on seed and epoch alone.</summary>
internal sealed class EpochOrder(int count, int batch, long seed)
{
    private readonly (long Epoch, int[] Items)[] _orders = [(-1, []), (-1, [])]; // this epoch and a neighbour: a batch may lie across the border

    /// <summary>Items of a step. Items run on across the end of an epoch, so every batch is full.</summary>
    public int[] Batch(long step)
    {
        var items = new int[batch];
        for (var i = 0; i < batch; i++) items[i] = At(step * batch + i);
        return items;
    }

    /// <summary>The item at a place, counted from the first item of the first epoch. Not for several threads at once.</summary>
    public int At(long place)
    {
        var epoch = place / count;
        ref var order = ref _orders[epoch & 1];
        if (order.Epoch != epoch) order = (epoch, Shuffled(epoch));
        return order.Items[place % count];
    }

    private int[] Shuffled(long epoch)
    {
        var items = Enumerable.Range(0, count).ToArray();
        new Random(HashCode(seed, epoch)).Shuffle(items);
        return items;
    }

    /// <summary>A stable 32-bit mix: <see cref="System.HashCode"/> differs from run to run.</summary>
    internal static int HashCode(long seed, long index) => unchecked((int)(RowSeeds.Combine(seed, index) >> 32));
}
