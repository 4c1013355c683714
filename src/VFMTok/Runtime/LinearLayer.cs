using TorchSharp.Modules;
using VFMTok.Kernels;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>A linear layer with PyTorch's start values, uniform in +- 1 / sqrt(input), that computes in the type of <see cref="MixedPrecision"/>.</summary>
internal sealed class LinearLayer : nn.Module<Tensor, Tensor>, IFreezable
{
    private readonly CastParameter _weight;
    private readonly CastParameter? _bias;
    private PackedWeights? _packed;

    /// <param name="input">Channels in.</param>
    /// <param name="output">Channels out.</param>
    /// <param name="hasBias">Whether a number per channel is added.</param>
    public LinearLayer(long input, long output, bool hasBias) : base(nameof(LinearLayer))
    {
        var bound = 1 / Math.Sqrt(input);
        Weight = Weights.Of(SeededDraws.Symmetric(bound, output, input));
        register_parameter("weight", Weight);
        _weight = new CastParameter(Weight);
        if (!hasBias) return;
        Bias = Weights.Of(SeededDraws.Symmetric(bound, output));
        register_parameter("bias", Bias);
        _bias = new CastParameter(Bias);
    }

    internal Parameter Weight { get; }

    internal Parameter? Bias { get; }

    public void Freeze()
    {
        _weight.Freeze();
        _bias?.Freeze();
    }

    /// <param name="x">[..., in]</param>
    /// <returns>[..., out]</returns>
    public override Tensor forward(Tensor x) => Product(x, gelu: false);

    /// <summary>The product and GELU (erf) of it.</summary>
    /// <param name="x">[..., in]</param>
    /// <returns>[..., out]</returns>
    public Tensor Gelu(Tensor x) => Product(x, gelu: true);

    /// <summary>The weight of a frozen layer on the CPU in fewer bits; made at the first use.</summary>
    internal unsafe PackedWeights Packed(WeightFormat format)
    {
        if (_packed?.Format == format) return _packed;
        _packed?.Dispose();
        using var weights = Weight.detach().contiguous();
        fixed (byte* start = weights.bytes) return _packed = new PackedWeights((float*)start, (int)Weight.shape[0], (int)Weight.shape[1], format);
    }

    private Tensor Product(Tensor x, bool gelu)
    {
        Tensor Activate(Tensor y) => gelu ? IndependentRows.Map(y, static y => nn.functional.gelu(y)) : y;
        if (IndependentRows.Concern(x, Weight))
            return Activate(IndependentRows.Format is { } format ? IndependentRows.Linear(x, Packed(format), Bias) : IndependentRows.Linear(x, Weight, Bias));
        var (input, weight, bias) = (MixedPrecision.Cast(x), _weight.Value, _bias?.Value);
        return OneDnn.Serves(input, weight) ? OneDnn.Linear(input, weight, bias, gelu) : Activate(nn.functional.linear(input, weight, bias));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _weight.Dispose();
            _packed?.Dispose();
            _bias?.Dispose();
        }
        base.Dispose(disposing);
    }
}
