using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Generation;

/// <summary>Keys and values of the positions already written, in memory that is allocated once per batch.</summary>
internal sealed class KeyValueCache : IDisposable
{
    private readonly Tensor[] _keys, _values;

    /// <param name="config">Sizes.</param>
    /// <param name="batch">Rows, guided and unguided halves together.</param>
    /// <param name="device">Where.</param>
    /// <param name="type">Element type of the network's weights.</param>
    /// <param name="prefix">Tokens before the first code.</param>
    public KeyValueCache(GeneratorConfig config, long batch, Device device, ScalarType type, int prefix = 1)
    {
        Tensor Allocate() => zeros([batch, config.KeyValueHeadCount, prefix + config.TokenCount - 1, config.HeadWidth], dtype: type, device: device).DetachFromDisposeScope();
        _keys = Enumerable.Range(0, config.Depth).Select(_ => Allocate()).ToArray();
        _values = Enumerable.Range(0, config.Depth).Select(_ => Allocate()).ToArray();
    }

    /// <summary>Writes new positions and returns everything up to and with them.</summary>
    /// <param name="layer">Layer.</param>
    /// <param name="position">First new position.</param>
    /// <param name="keys">[B, H, N, D]</param>
    /// <param name="values">[B, H, N, D]</param>
    /// <returns>Two views [B, H, position + N, D]</returns>
    public (Tensor Keys, Tensor Values) Append(int layer, long position, Tensor keys, Tensor values)
    {
        var count = keys.shape[2];
        _keys[layer].narrow(2, position, count).copy_(keys);
        _values[layer].narrow(2, position, count).copy_(values);
        return (_keys[layer].narrow(2, 0, position + count), _values[layer].narrow(2, 0, position + count));
    }

    /// <summary>Attention of the position just appended to itself and to those before it, row by row (<see cref="Runtime.IndependentRows"/>).</summary>
    /// <param name="layer">Layer.</param>
    /// <param name="position">The new position.</param>
    /// <param name="queries">[B, H, 1, D]</param>
    /// <returns>[B, H, 1, D]</returns>
    public Tensor Attend(int layer, long position, Tensor queries) => Runtime.IndependentRows.Attention(queries, _keys[layer], _values[layer], (int)position + 1);

    public void Dispose()
    {
        foreach (var t in _keys.Concat(_values)) t.Dispose();
    }
}
