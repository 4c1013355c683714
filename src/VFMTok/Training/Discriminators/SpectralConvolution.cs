using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Discriminators;

/// <summary>A convolution along a closed ring of tokens, its weight divided by its largest singular value (spec 8.5).</summary>
internal sealed class SpectralConvolution : nn.Module<Tensor, Tensor>
{
    private const int Block = 16; // see Convolution2D: channels that fill their blocks are safe, and the widths of transformers do

    /// <summary>Our member names to the official ones.</summary>
    internal static readonly NameMap Names = new() { { "_bias", "bias" }, { "_weight", "weight_orig" }, { "_norm", "", SpectralNorm.Names } };

    private readonly Parameter _bias, _weight; // in the order of the official optimizer state
    private readonly SpectralNorm _norm;

    /// <param name="input">Channels in.</param>
    /// <param name="output">Channels out.</param>
    /// <param name="kernel">Tokens that it sees, odd. More than one needs channels in multiples of 16.</param>
    public SpectralConvolution(int input, int output, int kernel = 1) : base(nameof(SpectralConvolution))
    {
        if (kernel % 2 == 0 || (kernel > 1 && (input % Block != 0 || output % Block != 0)))
            throw new ArgumentException($"A ring convolution over {kernel} tokens from {input} to {output} channels cannot be built; kernels are odd, and over more than one token the channels are multiples of {Block}.");
        var bound = 1 / Math.Sqrt((double)input * kernel);
        _bias = Weights.Of(SeededDraws.Symmetric(bound, output));
        _weight = Weights.Of(SeededDraws.Symmetric(bound, output, input, kernel));
        _norm = new SpectralNorm(output, (long)input * kernel);
        RegisterComponents();
    }

    /// <param name="x">[B, N, in]</param>
    /// <returns>[B, N, out]</returns>
    public override Tensor forward(Tensor x)
    {
        var (kernel, tokens) = (_weight.shape[2], x.shape[1]);
        var weight = _norm.call(_weight.flatten(1));                                                    // [out, in * K]
        if (kernel == 1) return nn.functional.linear(x, weight, _bias);                                 // [B, N, out]
        x = cat([x.narrow(1, tokens - kernel / 2, kernel / 2), x, x.narrow(1, 0, kernel / 2)], 1);      // [B, N + K - 1, in]
        return nn.functional.conv1d(x.transpose(1, 2), weight.reshape(_weight.shape), _bias).transpose(1, 2); // [B, N, out]
    }
}
