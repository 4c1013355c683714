using System.Runtime.Intrinsics;

namespace VFMTok.Kernels;

/// <summary>Keys and values of the positions written so far, in bfloat16, ordered for the attention of one new position: keys in blocks of 32 positions and channel by channel, values position by position.</summary>
internal sealed unsafe class PackedCache : IDisposable
{
    private const int Block = PackedWeights.Block, Half = Block / 2;

    private readonly AlignedMemory _keys, _values;
    private readonly int _rows, _heads, _width, _positions, _stride;

    /// <param name="layers">Layers.</param>
    /// <param name="rows">Images.</param>
    /// <param name="heads">Key and value heads.</param>
    /// <param name="width">Channels of a head, D.</param>
    /// <param name="capacity">Positions.</param>
    public PackedCache(int layers, int rows, int heads, int width, int capacity)
    {
        (_rows, _heads, _width) = (rows, heads, width);
        _positions = (capacity + Block - 1) / Block * Block;
        _stride = (width + Block - 1) / Block * Block; // channels of a value, filled up with zeros
        _keys = new AlignedMemory(sizeof(ushort) * (long)layers * rows * heads * _positions * width).Clear();
        _values = new AlignedMemory(sizeof(ushort) * (long)layers * rows * heads * _positions * _stride).Clear();
    }

    /// <summary>Numbers that <see cref="Attend"/> needs for its scores.</summary>
    public int Scores => _positions;

    /// <summary>Channels of a result, filled up to whole blocks.</summary>
    public int ResultWidth => _stride;

    /// <summary>Writes a position.</summary>
    /// <param name="layer">Layer.</param>
    /// <param name="row">Image.</param>
    /// <param name="head">Key and value head.</param>
    /// <param name="position">Which.</param>
    /// <param name="key">[D]</param>
    /// <param name="value">[D]</param>
    public void Append(int layer, int row, int head, int position, float* key, float* value)
    {
        var k = Keys(layer, row, head) + (long)(position / Block) * Block * _width + Place(position % Block);
        for (var d = 0; d < _width; d++) k[d * Block] = PackedWeights.Round(key[d]);
        var v = Values(layer, row, head) + (long)position * _stride;
        for (var d = 0; d < _width; d++) v[d / Block * Block + Place(d % Block)] = PackedWeights.Round(value[d]);
    }

    /// <summary>Attention of one position to the first ones: <c>softmax(q k^T / sqrt(D)) v</c>.</summary>
    /// <param name="layer">Layer.</param>
    /// <param name="row">Image.</param>
    /// <param name="head">Key and value head.</param>
    /// <param name="length">Positions to look at, 1 to the capacity.</param>
    /// <param name="query">[D]</param>
    /// <param name="result">[<see cref="ResultWidth"/>], to fill.</param>
    /// <param name="scores">[<see cref="Scores"/>], to use.</param>
    public void Attend(int layer, int row, int head, int length, float* query, float* result, float* scores)
    {
        var largest = Weigh((byte*)Keys(layer, row, head), length, query, scores);
        var sum = Normalise(length, largest, scores);
        Mix((byte*)Values(layer, row, head), length, scores, Vector512.Create(1 / sum), result);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }

    private float Weigh(byte* keys, int length, float* query, float* scores)
    {
        var scale = Vector512.Create(1 / MathF.Sqrt(_width));
        for (var start = 0; start < length; start += Block)
        {
            Vector512<float> low = default, high = default;
            for (var d = 0; d < _width; d++, keys += BFloat16Reader.Bytes)
            {
                Prefetching.Near(keys + 2048);
                var q = Vector512.Create(query[d]);
                low = Vector512.FusedMultiplyAdd(BFloat16Reader.Low(keys), q, low);
                high = Vector512.FusedMultiplyAdd(BFloat16Reader.High(keys), q, high);
            }
            (low * scale).Store(scores + start);
            (high * scale).Store(scores + start + Half);
        }
        var largest = float.NegativeInfinity;
        for (var i = 0; i < length; i++) largest = MathF.Max(largest, scores[i]);
        return largest;
    }

    // Leaves exp(score - largest) in the scores, zero behind the last position.
    private static float Normalise(int length, float largest, float* scores)
    {
        var end = (length + Block - 1) / Block * Block;
        Vector512<float> sums = default;
        for (var i = 0; i < end; i += Half) Exponential.Of(Vector512.Load(scores + i) - Vector512.Create(largest)).Store(scores + i);
        for (var i = length; i < end; i++) scores[i] = 0;
        for (var i = 0; i < end; i += Half) sums += Vector512.Load(scores + i);
        return Vector512.Sum(sums);
    }

    // Two blocks of channels at a time: the values are passed over in the order of their memory.
    private void Mix(byte* values, int length, float* scores, Vector512<float> scale, float* result)
    {
        var stride = sizeof(ushort) * _stride;
        for (var d = 0; d < _stride; d += 2 * Block, values += 2 * BFloat16Reader.Bytes)
        {
            var second = d + Block < _stride ? BFloat16Reader.Bytes : 0;
            Vector512<float> low = default, high = default, nextLow = default, nextHigh = default;
            var v = values;
            for (var i = 0; i < length; i++, v += stride)
            {
                Prefetching.Near(v + 8 * stride);
                var p = Vector512.Create(scores[i]);
                low = Vector512.FusedMultiplyAdd(BFloat16Reader.Low(v), p, low);
                high = Vector512.FusedMultiplyAdd(BFloat16Reader.High(v), p, high);
                nextLow = Vector512.FusedMultiplyAdd(BFloat16Reader.Low(v + second), p, nextLow);
                nextHigh = Vector512.FusedMultiplyAdd(BFloat16Reader.High(v + second), p, nextHigh);
            }
            (low * scale).Store(result + d);
            (high * scale).Store(result + d + Half);
            if (second == 0) continue;
            (nextLow * scale).Store(result + d + Block);
            (nextHigh * scale).Store(result + d + Block + Half);
        }
    }

    private static int Place(int lane) => lane < Half ? 2 * lane : 2 * (lane - Half) + 1; // as BFloat16Reader wants it

    private ushort* Keys(int layer, int row, int head) => (ushort*)_keys.Start + Index(layer, row, head) * _positions * _width;

    private ushort* Values(int layer, int row, int head) => (ushort*)_values.Start + Index(layer, row, head) * _positions * _stride;

    private long Index(int layer, int row, int head) => ((long)layer * _rows + row) * _heads + head;
}
