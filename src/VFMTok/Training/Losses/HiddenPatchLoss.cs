using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Losses;

/// <summary>Pixels of patches that the network did not see (SimMIM, arXiv 2111.09886): mean absolute error, in which a patch that was seen counts a fifth.</summary>
internal static class HiddenPatchLoss
{
    private const double SeenWeight = 0.2; // what is seen must survive too

    /// <param name="predicted">[B, N, P * P * 3]</param>
    /// <param name="images">[B, 3, S, S]</param>
    /// <param name="hidden">[B, N] booleans.</param>
    public static Tensor Compute(Tensor predicted, Tensor images, Tensor hidden)
    {
        var (batch, grid) = (images.shape[0], (int)Math.Sqrt(hidden.shape[1]));
        var patch = images.shape[2] / grid;
        var patches = images.reshape(batch, 3, grid, patch, grid, patch).permute(0, 2, 4, 3, 5, 1).reshape(batch, grid * grid, -1);        // [B, N, P * P * 3]
        var error = (predicted - patches).abs().mean([2]);                                                                                 // [B, N]
        var weight = where(hidden, ones_like(error), ScalarArithmetic.FullLike(error, SeenWeight));
        return (error * weight).sum() / weight.sum();
    }
}
