using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>Networks without weights: inside of <c>Run</c>, what is made on this thread has names, shapes and types but no numbers and no memory, whatever its size.</summary>
/// <remarks>Such a network can be asked for its parameters; it cannot be run. Small computed tables (<see cref="Constant"/>) stay real.</remarks>
internal static class MetaDevice
{
    [ThreadStatic] private static bool _isOn;

    /// <summary>Whether this thread makes networks without weights.</summary>
    public static bool IsOn => _isOn;

    /// <summary>Makes networks without weights.</summary>
    /// <param name="make">Makes them on this thread.</param>
    public static T Run<T>(Func<T> make)
    {
        var outer = _isOn;
        _isOn = true;
        try
        {
            return make();
        }
        finally
        {
            _isOn = outer;
        }
    }
}
