using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Evaluation;

/// <summary>Every layer of <see cref="InceptionV3"/>: convolution without bias, batch norm, ReLU.</summary>
internal sealed class InceptionLayer : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-3;

    /// <summary>Our member names to the official ones.</summary>
    internal static readonly NameMap Names = new() { { "_convolution", "conv", new() { { "_weight", "weight" } } }, { "_norm", "bn", FrozenBatchNorm.Names } };

    private readonly Convolution2D _convolution;
    private readonly FrozenBatchNorm _norm;

    /// <param name="input">Channels in.</param>
    /// <param name="output">Channels out.</param>
    /// <param name="kernel">Sides of the kernel.</param>
    /// <param name="stride">Step of the kernel.</param>
    /// <param name="padded">Whether zeros around the image keep its sides; odd kernels only.</param>
    public InceptionLayer(int input, int output, (int Height, int Width) kernel, int stride, bool padded) : base(nameof(InceptionLayer))
    {
        _convolution = new Convolution2D(input, output, kernel, stride, padded ? (kernel.Height / 2, kernel.Width / 2) : (0, 0), hasBias: false);
        _norm = new FrozenBatchNorm(output, Epsilon);
        RegisterComponents();
        foreach (var parameter in parameters()) parameter.requires_grad = false; // frozen
    }

    /// <param name="x">[B, in, H, W]</param>
    /// <returns>[B, out, H', W']</returns>
    public override Tensor forward(Tensor x)
    {
        using var convolved = _convolution.call(x);
        return _norm.call(convolved).relu_();
    }
}
