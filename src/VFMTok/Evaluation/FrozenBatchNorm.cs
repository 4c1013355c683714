using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Evaluation;

/// <summary>Batch norm (arXiv 1502.03167) of a network that is no longer trained: with the statistics of its file, one multiply-add per channel, in float32.</summary>
internal sealed class FrozenBatchNorm : nn.Module<Tensor, Tensor>
{
    /// <summary>Our member names to the official ones.</summary>
    internal static readonly NameMap Names = new() { { "_weight", "weight" }, { "_bias", "bias" }, { "_mean", "running_mean" }, { "_variance", "running_var" } };

    /// <summary>What official files hold beside these: how many batches the statistics were taken from. Nothing is computed from it.</summary>
    internal const string Unused = "num_batches_tracked";

    private readonly double _epsilon;
    private readonly Parameter _weight, _bias;
    private readonly Tensor _mean, _variance;

    /// <param name="channels">C.</param>
    /// <param name="epsilon">Added to the variances.</param>
    public FrozenBatchNorm(int channels, double epsilon) : base(nameof(FrozenBatchNorm))
    {
        _epsilon = epsilon;
        var device = MetaDevice.IsOn ? META : CPU;
        _weight = Weights.Of(ones(channels, device: device));
        _bias = Weights.Of(zeros(channels, device: device));
        _mean = zeros(channels, device: device).DetachFromDisposeScope();
        _variance = ones(channels, device: device).DetachFromDisposeScope();
        RegisterComponents();
        foreach (var parameter in parameters()) parameter.requires_grad = false; // frozen
    }

    /// <param name="x">[B, C, H, W]</param>
    /// <returns>[B, C, H, W]</returns>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var scale = _weight / _variance.Plus(_epsilon).sqrt();      // [C]
        var shift = _bias - _mean * scale;                          // [C]
        return shift.reshape(1, -1, 1, 1).PlusProduct(MixedPrecision.Exact(x), scale.reshape(1, -1, 1, 1)).MoveToOuterDisposeScope(); // [B, C, H, W]
    }
}
