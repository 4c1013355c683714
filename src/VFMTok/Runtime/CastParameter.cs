using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>A weight in the type that <see cref="MixedPrecision"/> computes in. While it may change it is cast at every use; once it is frozen its copy is kept.</summary>
internal sealed class CastParameter(Parameter parameter) : IDisposable
{
    private bool _isFrozen;
    private Tensor? _copy;

    /// <summary>What a product multiplies with; never to be disposed by its user.</summary>
    public Tensor Value
    {
        get
        {
            if (!_isFrozen || MixedPrecision.Suits(parameter)) return MixedPrecision.Cast(parameter);
            if (_copy is null || !MixedPrecision.Suits(_copy) || _copy.device_type != parameter.device_type)
            {
                using var noGradient = no_grad();
                _copy?.Dispose();
                _copy = MixedPrecision.Cast(parameter).DetachFromDisposeScope();
            }
            return _copy;
        }
    }

    /// <summary>Promises that the weight will not change any more.</summary>
    public void Freeze() => _isFrozen = true;

    public void Dispose()
    {
        _copy?.Dispose();
        _copy = null;
    }
}

/// <summary>A layer whose weights can be promised not to change.</summary>
internal interface IFreezable
{
    /// <summary>Promises it.</summary>
    void Freeze();

    /// <summary>Promises it for all layers of a network.</summary>
    static void Freeze(nn.Module network)
    {
        foreach (var layer in network.modules().OfType<IFreezable>()) layer.Freeze();
    }
}
