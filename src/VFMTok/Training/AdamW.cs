using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>AdamW (arXiv 1711.05101) with global-norm clipping and a moving average of the weights, on flat buffers. Without decay it is Adam.</summary>
/// <remarks>
/// The parameters become views of one buffer and their gradients views of another, so a step is a dozen operations for each chunk of the buffers and none for each parameter
/// (TorchSharp's own AdamW: about nine native calls per parameter). On a CPU a chunk fits the cache, so memory is passed over once.
/// Gradients of several backward passes add up until <see cref="ZeroGradients"/>.
/// </remarks>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9, Epsilon = 1e-8; // the paper's, for all networks
    private const int Alignment = 16;                               // floats: every parameter starts at a multiple of 64 bytes, as tensors of their own would
    private const long ChunkOnCpu = 1 << 18;

    private readonly Parameter[] _parameters;
    private readonly string[] _names;
    private readonly long[] _starts;
    private readonly Tensor _values, _gradients, _first, _second, _updates;
    private readonly Tensor? _average;
    private readonly double _weightDecay, _averageDecay, _beta2;
    private readonly Chunk[] _chunks;

    private sealed record Chunk(Tensor Values, Tensor Gradients, Tensor First, Tensor Second, Tensor? Average, bool Decays);

    /// <param name="parameters">What is trained; on their device already. They are views of the optimizer's buffer from now on.</param>
    /// <param name="weightDecay">Decay of the tensors that decay.</param>
    /// <param name="averageDecay">Decay of the moving average of the weights, applied at every step; 0 = none is kept.</param>
    /// <param name="decays">Which ones decay, by name and parameter; default: those of two and more dimensions.</param>
    /// <param name="beta2">Decay of the second moments.</param>
    public AdamW(IEnumerable<(string Name, Parameter Parameter)> parameters, double weightDecay, double averageDecay = 0, Func<string, Parameter, bool>? decays = null, double beta2 = 0.95)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var both = parameters.ToLookup(p => decays?.Invoke(p.Name, p.Parameter) ?? p.Parameter.dim() >= 2);
        var (ordered, decaying) = (both[true].Concat(both[false]).ToArray(), both[true].Count()); // what decays comes first: a chunk decays as a whole or not at all
        (_names, _parameters) = ([.. ordered.Select(p => p.Name)], [.. ordered.Select(p => p.Parameter)]);
        (_weightDecay, _averageDecay, _beta2) = (weightDecay, averageDecay, beta2);
        _starts = new long[_parameters.Length];
        long total = 0, decayed = 0;
        for (var i = 0; i < _parameters.Length; i++)
        {
            _starts[i] = total;
            total += (_parameters[i].numel() + Alignment - 1) / Alignment * Alignment;
            if (i < decaying) decayed = total;
        }
        var device = _parameters[0].device;
        Tensor Buffer() => zeros(total, device: device).DetachFromDisposeScope();
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
        _chunks = Chunks(decayed, total, device.type == DeviceType.CPU ? ChunkOnCpu : total);
    }

    /// <inheritdoc cref="AdamW(IEnumerable{ValueTuple{string, Parameter}}, double, double, Func{string, Parameter, bool}, double)"/>
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

    /// <summary>Drops the gradients of the last step.</summary>
    public void ZeroGradients() => _gradients.zero_();

    /// <summary>Clips the gradients to a global norm and takes a step; none if the norm is infinite or not a number.</summary>
    /// <param name="rate">Learning rate of this step.</param>
    /// <param name="clip">Largest norm.</param>
    /// <returns>The norm before clipping.</returns>
    public double StepWithOwnScalars(double rate, double clip)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var norm = Math.Sqrt(stack(_chunks.Select(c => c.Gradients.Squared().sum()).ToArray()).sum().item<float>());
        if (!double.IsFinite(norm)) return norm;
        var updates = _updates.data<long>();
        var count = ++updates[0];
        using Scalar shrink = Math.Min(1, clip / (norm + 1e-6)), keep = 1 - rate * _weightDecay;
        using Scalar change = -rate / (1 - Math.Pow(Beta1, count)), correction = 1 / Math.Sqrt(1 - Math.Pow(_beta2, count));
        foreach (var (values, gradients, first, second, average, decays) in _chunks)
        {
            using var inner = NewDisposeScope();
            gradients.mul_(shrink);
            first.mul_(ScalarArithmetic.Constant(Beta1)).add_(gradients, ScalarArithmetic.Constant(1 - Beta1));
            second.mul_(ScalarArithmetic.Constant(_beta2)).addcmul_(gradients, gradients, ScalarArithmetic.Constant(1 - _beta2));
            if (decays && _weightDecay > 0) values.mul_(keep);
            values.addcdiv_(first, second.sqrt().mul_(correction).add_(ScalarArithmetic.Constant(Epsilon), ScalarArithmetic.Constant(1)), change);
            average?.mul_(ScalarArithmetic.Constant(_averageDecay)).add_(values, ScalarArithmetic.Constant(1 - _averageDecay));
        }
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
        foreach (var chunk in _chunks)
            foreach (var view in new[] { chunk.Values, chunk.Gradients, chunk.First, chunk.Second, chunk.Average }) view?.Dispose();
        foreach (var parameter in _parameters) parameter.grad = null; // else it keeps the gradients' buffer
        foreach (var buffer in new[] { _values, _gradients, _first, _second, _updates, _average }) buffer?.Dispose();
    }

    private Tensor View(Tensor buffer, int i) => buffer.narrow(0, _starts[i], _parameters[i].numel()).view(_parameters[i].shape);

    private Chunk[] Chunks(long decayed, long total, long size)
    {
        var chunks = new List<Chunk>();
        for (long start = 0, end; start < total; start = end)
        {
            end = Math.Min(start + size, start < decayed ? decayed : total);
            Tensor Part(Tensor buffer) => buffer.narrow(0, start, end - start).DetachFromDisposeScope();
            chunks.Add(new Chunk(Part(_values), Part(_gradients), Part(_first), Part(_second), _average is null ? null : Part(_average), start < decayed));
        }
        return [.. chunks];
    }
}
