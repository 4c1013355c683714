using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>Random numbers that depend on a seed alone. The library draws nothing else: libtorch's default generator belongs to all threads of the process together.</summary>
/// <remarks>Start values, dropouts and class dropouts are drawn inside <c>Run</c>, each step from a seed of its own. So a training run has no random state to save:
/// a step's numbers follow from the run's seed and the step.</remarks>
internal static class SeededDraws
{
    [ThreadStatic] private static Generator? _current;
    [ThreadStatic] private static bool _isLeftOut;

    /// <summary>Runs what draws.</summary>
    /// <param name="seed">What its numbers depend on.</param>
    /// <param name="device">Where it draws; new networks are made on the CPU.</param>
    /// <param name="draw">Draws with the methods of this class, on this thread. May itself run others.</param>
    public static T Run<T>(long seed, Device device, Func<T> draw)
    {
        var outer = _current;
        using var generator = new Generator(unchecked((ulong)seed), device);
        _current = generator;
        try
        {
            return draw();
        }
        finally
        {
            _current = outer;
        }
    }

    /// <inheritdoc cref="Run{T}(long, Device, Func{T})"/>
    public static T Run<T>(long seed, Func<T> draw) => Run(seed, CPU, draw);

    /// <summary>Makes a network that is about to be filled from a file: its start values are left out, which saves the time to draw them and several times its memory.</summary>
    /// <param name="make">Makes it on this thread. What its memory holds is not defined until it has been filled.</param>
    public static T LeaveOut<T>(Func<T> make)
    {
        var outer = _isLeftOut;
        _isLeftOut = true;
        try
        {
            return make();
        }
        finally
        {
            _isLeftOut = outer;
        }
    }

    /// <summary>Whether start values are left out on this thread.</summary>
    public static bool AreLeftOut => _isLeftOut;

    /// <summary>Numbers in [0, 1). Outside of <c>Run</c>, where a network is made only to be filled from a file, they come from libtorch's default generator.</summary>
    public static Tensor Uniform(Device device, params long[] shape) => Undrawn(device, shape) ?? rand(shape, device: device, generator: _current);

    /// <summary>Numbers in [-bound, bound), on the CPU.</summary>
    public static Tensor Symmetric(double bound, params long[] shape) => Undrawn(CPU, shape) ?? Uniform(CPU, shape).Times(2 * bound).Minus(bound);

    /// <summary>Normal numbers with mean 0, on the CPU.</summary>
    public static Tensor Normal(double deviation, params long[] shape) => Undrawn(CPU, shape) ?? randn(shape, generator: _current).Times(deviation);

    private static Tensor? Undrawn(Device device, long[] shape) => MetaDevice.IsOn ? empty(shape, device: META) : _isLeftOut ? empty(shape, device: device) : null;

    /// <summary>Zeroes each element with probability <paramref name="rate"/> and scales the others up, so that the mean stays.</summary>
    public static Tensor Dropout(Tensor x, double rate, bool training)
    {
        if (!training || rate == 0) return x;
        var kept = Uniform(x.device, x.shape).Below(1 - rate).to(x.dtype);
        return (x * kept).Over(1 - rate);
    }

    /// <summary>Stochastic depth (arXiv 1603.09382): as <see cref="Dropout"/>, but a row, a whole sample, is zeroed or kept as one.</summary>
    public static Tensor DropRows(Tensor x, double rate, bool training)
    {
        if (!training || rate == 0) return x;
        var kept = Uniform(x.device, [x.shape[0], .. Enumerable.Repeat(1L, (int)x.dim() - 1)]).Below(1 - rate).to(x.dtype);
        return (x * kept).Over(1 - rate);
    }
}
