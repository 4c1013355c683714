using VFMTok.Runtime;

namespace VFMTok.Training;

/// <summary>Which items a step takes: every item once per epoch, in an order that depends on seed and epoch alone.</summary>
internal sealed class EpochOrder(int count, int batch, long seed)
{
    private int[] _order = [];
    private long _epoch = -1;

    /// <summary>Items of a step. Items run on across the end of an epoch, so every batch is full.</summary>
    public int[] Batch(long step)
    {
        var items = new int[batch];
        for (var i = 0; i < batch; i++)
        {
            var place = step * batch + i;
            if (place / count != _epoch) Shuffle(place / count);
            items[i] = _order[place % count];
        }
        return items;
    }

    private void Shuffle(long epoch)
    {
        _epoch = epoch;
        _order = Enumerable.Range(0, count).ToArray();
        new Random(HashCode(seed, epoch)).Shuffle(_order);
    }

    /// <summary>A stable 32-bit mix: <see cref="System.HashCode"/> differs from run to run.</summary>
    internal static int HashCode(long seed, long index) => unchecked((int)(RowSeeds.Combine(seed, index) >> 32));
}
