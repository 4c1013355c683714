using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>AdamW (arXiv 1711.05101) with global-norm clipping, on two flat buffers: a handful of big operations and one small one per parameter.</summary>
/// <remarks>Without weight decay it is Adam. TorchSharp's own costs about nine native calls per parameter and makes temporary scalars (see <see cref="ScalarArithmetic"/>).</remarks>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.95, Epsilon = 1e-8; // the paper's, for tokenizer and generator alike

    private readonly Parameter[] _parameters;
    private readonly long[] _sizes;
    private readonly Tensor _first, _second, _decay;
    private int _step;

    /// <param name="parameters">What is trained; on their device already.</param>
    /// <param name="weightDecay">Decay of the tensors of two and more dimensions; the others are not decayed.</param>
    public AdamW(IEnumerable<Parameter> parameters, double weightDecay)
    {
        _parameters = [.. parameters];
        _sizes = _parameters.Select(p => p.numel()).ToArray();
        var device = _parameters[0].device;
        using var scope = NewDisposeScope();
        _first = zeros(_sizes.Sum(), device: device).DetachFromDisposeScope();
        _second = zeros(_sizes.Sum(), device: device).DetachFromDisposeScope();
        _decay = cat(_parameters.Select(p => (p.dim() >= 2 ? ones(p.numel()) : zeros(p.numel())).to(device)).ToArray()).Times(weightDecay).DetachFromDisposeScope();
    }

    /// <summary>Drops the gradients of the last step.</summary>
    public void ZeroGradients()
    {
        foreach (var p in _parameters) p.grad?.zero_();
    }

    /// <summary>Clips the gradients to a global norm and takes a step; none if the norm is infinite or not a number.</summary>
    /// <param name="rate">Learning rate of this step.</param>
    /// <param name="clip">Largest norm.</param>
    /// <returns>The norm before clipping.</returns>
    public double StepWithOwnScalars(double rate, double clip)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var gradient = cat(_parameters.Select(p => (p.grad ?? zeros_like(p)).flatten()).ToArray());     // [all]
        var norm = Math.Sqrt((gradient * gradient).sum().item<float>());
        if (!double.IsFinite(norm)) return norm;
        _step++;
        using Scalar scale = Math.Min(1, clip / (norm + 1e-6));
        gradient = gradient.mul(scale);
        _first.mul_(ScalarArithmetic.Constant(Beta1)).add_(gradient, ScalarArithmetic.Constant(1 - Beta1));
        _second.mul_(ScalarArithmetic.Constant(Beta2)).add_(gradient * gradient, ScalarArithmetic.Constant(1 - Beta2));
        using Scalar correction1 = rate / (1 - Math.Pow(Beta1, _step));
        using Scalar correction2 = 1 / (1 - Math.Pow(Beta2, _step));
        using Scalar decayRate = rate;
        var change = _first.mul(correction1) / _second.mul(correction2).sqrt().Plus(Epsilon);            // [all]
        var weights = cat(_parameters.Select(p => p.flatten()).ToArray());
        change = change.add(weights * _decay, decayRate);
        var parts = change.split(_sizes);
        for (var i = 0; i < _parameters.Length; i++) _parameters[i].sub_(parts[i].reshape(_parameters[i].shape));
        return norm;
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _decay.Dispose();
    }
}
