using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>A 2-D convolution that starts as PyTorch's does and is safe from what lies in freed memory.</summary>
/// <remarks>
/// libtorch 2.10 hands float32 convolutions on CPUs with AVX-512 to kernels that work on blocks of 16 channels, and does not clear the rest of a block that is not full: whatever the memory
/// held before is multiplied by zero, and NaN times zero is NaN. It happens in the forward pass if the input's channels do not fill their blocks (up to 4 channels go another way), and in the
/// gradient of the input if the output's do not. The channels are therefore filled up with zeros; the kernels would have done that work anyway. Measured by filling memory with NaN before each
/// call (Convolution2DTests).
/// </remarks>
internal sealed class Convolution2D : nn.Module<Tensor, Tensor>, IFreezable
{
    private const int Block = 16;

    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly CastParameter _castWeight;
    private readonly CastParameter? _castBias;
    private readonly long[] _stride, _padding;

    /// <param name="input">Channels in.</param>
    /// <param name="output">Channels out.</param>
    /// <param name="kernel">Side of the kernel.</param>
    /// <param name="stride">Step of the kernel.</param>
    /// <param name="padding">Zeros around the image.</param>
    /// <param name="hasBias">Whether a number per channel is added.</param>
    public Convolution2D(int input, int output, int kernel, int stride = 1, int padding = 0, bool hasBias = true) : this(input, output, (kernel, kernel), stride, (padding, padding), hasBias) { }

    /// <param name="input">Channels in.</param>
    /// <param name="output">Channels out.</param>
    /// <param name="kernel">Sides of the kernel.</param>
    /// <param name="stride">Step of the kernel.</param>
    /// <param name="padding">Zeros around the image: above and below, left and right.</param>
    /// <param name="hasBias">Whether a number per channel is added.</param>
    public Convolution2D(int input, int output, (int Height, int Width) kernel, int stride, (int Height, int Width) padding, bool hasBias) : base(nameof(Convolution2D))
    {
        (_stride, _padding) = ([stride, stride], [padding.Height, padding.Width]);
        var bound = 1 / Math.Sqrt((double)input * kernel.Height * kernel.Width);
        _weight = Weights.Of(SeededDraws.Symmetric(bound, output, input, kernel.Height, kernel.Width));
        _bias = hasBias ? Weights.Of(SeededDraws.Symmetric(bound, output)) : null;
        (_castWeight, _castBias) = (new CastParameter(_weight), _bias is null ? null : new CastParameter(_bias));
        RegisterComponents();
    }

    internal Parameter Weight => _weight;

    public void Freeze()
    {
        _castWeight.Freeze();
        _castBias?.Freeze();
    }

    /// <param name="x">[B, in, H, W]</param>
    /// <returns>[B, out, H', W']</returns>
    public override Tensor forward(Tensor x)
    {
        x = MixedPrecision.Cast(x);
        var (weight, bias) = (_castWeight.Value, _castBias?.Value);
        var (output, input) = (weight.shape[0], weight.shape[1]);
        var blocks = x.device.type == DeviceType.CPU && x.dtype == ScalarType.Float32;
        if (blocks && input > 4 && Missing(input) is > 0 and var lacking)
            (x, weight) = (nn.functional.pad(x, [0, 0, 0, 0, 0, lacking]), nn.functional.pad(weight, [0, 0, 0, 0, 0, lacking]));
        if (!blocks || !is_grad_enabled() || Missing(output) is not (> 0 and var open)) return nn.functional.conv2d(x, weight, bias, _stride, _padding);
        weight = nn.functional.pad(weight, [0, 0, 0, 0, 0, 0, 0, open]);
        return nn.functional.conv2d(x, weight, bias is null ? null : nn.functional.pad(bias, [0, open]), _stride, _padding).narrow(1, 0, output);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _castWeight.Dispose();
            _castBias?.Dispose();
        }
        base.Dispose(disposing);
    }

    private static long Missing(long channels) => (Block - channels % Block) % Block;
}
