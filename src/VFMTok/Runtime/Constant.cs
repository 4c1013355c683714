using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>A computed tensor of a network (a table, a grid) that is no parameter, is never saved, and follows the network to its device.</summary>
internal sealed class Constant : IDisposable
{
    private Tensor _value;

    /// <summary>Takes ownership of the value.</summary>
    public Constant(Tensor value) => _value = value.DetachFromDisposeScope();

    /// <summary>The value on a device; moved once when the network has moved.</summary>
    public Tensor On(Device device)
    {
        if (_value.device_type == device.type && (device.index < 0 || _value.device_index == device.index)) return _value;
        var old = _value;
        _value = old.to(device).DetachFromDisposeScope();
        old.Dispose();
        return _value;
    }

    public void Dispose() => _value.Dispose();
}
