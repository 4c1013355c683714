using TorchSharp;
using TorchSharp.Modules;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Discriminators;

/// <summary>Batch norm over groups of at most eight images, so that its statistics do not depend on the batch size; always from the batch at hand, also in evaluation mode (spec 8.5).</summary>
internal sealed class LocalBatchNorm : nn.Module<Tensor, Tensor>
{
    private const int GroupSize = 8;
    private const double Epsilon = 1e-6;

    /// <summary>Our member names to the official ones.</summary>
    internal static readonly NameMap Names = new() { { "_weight", "weight" }, { "_bias", "bias" } };

    private readonly Parameter _weight, _bias;

    public LocalBatchNorm(int width) : base(nameof(LocalBatchNorm))
    {
        _weight = Weights.Of(ones(width));
        _bias = Weights.Of(zeros(width));
        RegisterComponents();
    }

    /// <summary>Checks that a batch falls into equal groups. Images stand together in the order of the batch.</summary>
    /// <returns>Groups.</returns>
    /// <exception cref="ArgumentException">It does not.</exception>
    public static long Groups(long batch)
    {
        var groups = (batch + GroupSize - 1) / GroupSize;
        return batch % groups == 0 ? groups
            : throw new ArgumentException($"A batch of {batch} images does not fall into {groups} equal groups, over which the DINO discriminator normalises; use up to {GroupSize} images or a multiple of {GroupSize}.");
    }

    /// <param name="x">[B, N, C]</param>
    /// <returns>[B, N, C]</returns>
    public override Tensor forward(Tensor x)
    {
        var grouped = x.reshape(Groups(x.shape[0]), -1, x.shape[2]);                // [G, B/G * N, C]
        var centred = grouped - grouped.mean([1], true);                            // [G, B/G * N, C]
        var variance = centred.Squared().mean([1], true);                           // [G, 1, C], biased
        var y = centred / variance.Plus(Epsilon).sqrt();                            // [G, B/G * N, C]
        return (y.reshape(x.shape) * _weight).Plus(_bias);                          // [B, N, C]
    }
}
