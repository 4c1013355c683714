using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>AdamW (arXiv 1711.05101) with global-norm clipping and a moving average of the weights, on flat buffers. Without decay it is Adam.</summary>
/// <remarks>
/// The parameters become views of one buffer and their gradients views of another, so a step is a dozen operations for the whole network and none for each parameter
/// (TorchSharp's own AdamW: about nine native calls per parameter). On a CPU it is one pass over memory (<see cref="FusedAdamW"/>).
/// Gradients of several backward passes add up until a step, which leaves them at zero.
/// </remarks>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9, Epsilon = 1e-8; // the paper's, for all networks
    private const int Alignment = 16;                 // floats: every parameter starts at a multiple of 64 bytes, as tensors of their own would

    private readonly Parameter[] _parameters;
    private readonly string[] _names;
    private readonly long[] _starts;
    private readonly Tensor _values, _gradients, _first, _second, _updates;
    private readonly Tensor? _average;
    private readonly double _weightDecay, _averageDecay, _beta2;
    private readonly long _decaying;
    private readonly FusedAdamW? _fused;

    /// <param name="parameters">What is trained; on their device already. They are views of the optimizer's buffer from now on.</param>
    /// <param name="weightDecay">Decay of the tensors that decay.</param>
    /// <param name="averageDecay">Decay of the moving average of the weights, applied at every step; 0 = none is kept.</param>
    /// <param name="decays">Which ones decay, by name and parameter; default: those of two and more dimensions.</param>
    /// <param name="beta2">Decay of the second moments.</param>
    /// <param name="fused">Whether a CPU computes without libtorch.</param>
    public AdamW(IEnumerable<(string Name, Parameter Parameter)> parameters, double weightDecay, double averageDecay = 0, Func<string, Parameter, bool>? decays = null, double beta2 = 0.95, bool fused = true)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var both = parameters.ToLookup(p => decays?.Invoke(p.Name, p.Parameter) ?? p.Parameter.dim() >= 2);
        var (ordered, decaying) = (both[true].Concat(both[false]).ToArray(), both[true].Count()); // what decays comes first
        (_names, _parameters) = ([.. ordered.Select(p => p.Name)], [.. ordered.Select(p => p.Parameter)]);
        (_weightDecay, _averageDecay, _beta2) = (weightDecay, averageDecay, beta2);
        _starts = new long[_parameters.Length];
        long total = 0;
        for (var i = 0; i < _parameters.Length; i++)
        {
            _starts[i] = total;
            total += (_parameters[i].numel() + Alignment - 1) / Alignment * Alignment;
            if (i < decaying) _decaying = total;
        }
        var device = _parameters[0].device;
        Tensor Buffer() => zeros(total, dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        (_values, _gradients, _first, _second) = (Buffer(), Buffer(), Buffer(), Buffer());
        _updates = zeros(1, dtype: ScalarType.Int64).DetachFromDisposeScope();
        for (var i = 0; i < _parameters.Length; i++)
        {
            var view = View(_values, i);
            view.copy_(_parameters[i]);
            _parameters[i].set_(view);
            _parameters[i].grad = View(_gradients, i);
        }
        _average = averageDecay > 0 ? _values.clone().DetachFromDisposeScope() : null;
        if (fused && device.type == DeviceType.CPU) _fused = new FusedAdamW(_gradients, _values, _first, _second, _average, _decaying, Beta1, beta2, Epsilon, averageDecay);
    }

    /// <inheritdoc cref="AdamW(IEnumerable{ValueTuple{string, Parameter}}, double, double, Func{string, Parameter, bool}, double, bool)"/>
    public AdamW(IEnumerable<Parameter> parameters, double weightDecay) : this(parameters.Select((p, i) => (i.ToString(), p)), weightDecay) { }

    /// <summary>Everything that a resumed run needs beside the parameters: moments, average and the number of updates. Live tensors, to be read and to be filled.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State
    {
        get
        {
            yield return ("updates", _updates);
            for (var i = 0; i < _parameters.Length; i++)
            {
                yield return ($"first.{_names[i]}", View(_first, i));
                yield return ($"second.{_names[i]}", View(_second, i));
                if (_average is not null) yield return ($"average.{_names[i]}", View(_average, i));
            }
        }
    }

    /// <summary>Drops gradients that no step has used.</summary>
    public void ZeroGradients() => _gradients.zero_();

    /// <summary>Clips the gradients to a global norm and takes a step; none if the norm is infinite or not a number. The gradients are zero then.</summary>
    /// <param name="rate">Learning rate of this step.</param>
    /// <param name="clip">Largest norm.</param>
    /// <returns>The norm before clipping.</returns>
    public double Step(double rate, double clip)
    {
        ObjectDisposedException.ThrowIf(_gradients.IsInvalid, this); // the fused step has nothing but addresses
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var threads = get_num_threads();
        var norm = _fused?.Norm(threads) ?? Math.Sqrt(_gradients.Squared().sum().item<float>());
        if (double.IsFinite(norm))
        {
            var updates = _updates.data<long>();
            var count = ++updates[0];
            var step = new AdamWStep(Math.Min(1, clip / (norm + 1e-6)), 1 - rate * _weightDecay, -rate / (1 - Math.Pow(Beta1, count)), 1 / Math.Sqrt(1 - Math.Pow(_beta2, count)));
            if (_fused is not null)
            {
                _fused.Step(step, threads);
                return norm;
            }
            StepWithOwnScalars(step);
        }
        ZeroGradients();
        return norm;
    }

    /// <summary>Puts the moving average into the weights, if there is one: what a finished run hands out.</summary>
    public void UseAverage()
    {
        using var noGradient = no_grad();
        if (_average is not null) _values.copy_(_average);
    }

    /// <summary>Makes the average the weights of another network, which follows the trained one from now on: an EMA teacher.</summary>
    /// <param name="follower">Parameters of the same names and shapes; names that are missing are not followed.</param>
    public void AttachAverage(IEnumerable<(string Name, Parameter Parameter)> follower)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, parameter) in follower) parameter.set_(View(_average!, Array.IndexOf(_names, name)));
    }

    /// <summary>Starts the average from the weights as they are.</summary>
    public void RestartAverage()
    {
        using var noGradient = no_grad();
        _average?.copy_(_values);
    }

    /// <summary>Sets rows of a parameter anew: their moments start from zero and their average from the new values.</summary>
    /// <param name="parameter">One of the optimizer's, [N, ...].</param>
    /// <param name="rows">[R] int64</param>
    /// <param name="values">[R, ...]</param>
    public void Restart(Parameter parameter, Tensor rows, Tensor values)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var i = Array.FindIndex(_parameters, p => ReferenceEquals(p, parameter));
        View(_values, i).index_copy_(0, rows, values);
        View(_first, i).index_copy_(0, rows, zeros_like(values));
        View(_second, i).index_copy_(0, rows, zeros_like(values));
        if (_average is not null) View(_average, i).index_copy_(0, rows, values);
    }

    public void Dispose()
    {
        foreach (var parameter in _parameters) parameter.grad = null; // else it keeps the gradients' buffer
        foreach (var buffer in new[] { _values, _gradients, _first, _second, _updates, _average }) buffer?.Dispose();
    }

    private Tensor View(Tensor buffer, int i) => buffer.narrow(0, _starts[i], _parameters[i].numel()).view(_parameters[i].shape);

    // The same by libtorch, on any device.
    private void StepWithOwnScalars(AdamWStep step)
    {
        using Scalar shrink = step.Shrink, keep = step.Keep, change = step.Change, correction = step.Correction;
        _gradients.mul_(shrink);
        _first.mul_(ScalarArithmetic.Constant(Beta1)).add_(_gradients, ScalarArithmetic.Constant(1 - Beta1));
        _second.mul_(ScalarArithmetic.Constant(_beta2)).addcmul_(_gradients, _gradients, ScalarArithmetic.Constant(1 - _beta2));
        if (_decaying > 0 && _weightDecay > 0) _values.narrow(0, 0, _decaying).mul_(keep);
        _values.addcdiv_(_first, _second.sqrt().mul_(correction).add_(ScalarArithmetic.Constant(Epsilon), ScalarArithmetic.Constant(1)), change);
        _average?.mul_(ScalarArithmetic.Constant(_averageDecay)).add_(_values, ScalarArithmetic.Constant(1 - _averageDecay));
    }
}
