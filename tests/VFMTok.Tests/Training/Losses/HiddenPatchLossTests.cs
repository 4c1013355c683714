using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training.Losses;

public class HiddenPatchLossTests
{
    [Fact]
    public void Hidden_patches_count_five_times_as_much_as_seen_ones()
    {
        using var scope = NewDisposeScope();
        var images = zeros(1, 3, 4, 4);
        images[0, TensorIndex.Colon, 0, 0] = 1;                                   // one pixel of the first of four patches
        var (nothing, hidden) = (zeros(1, 4, 12), tensor(new[,] { { true, false, false, false } }));
        Assert.Equal(0.25 * 1 / (1 + 3 * 0.2), HiddenPatchLoss.Compute(nothing, images, hidden).item<float>(), 1e-6);
        Assert.Equal(0.25 * 0.2 / (1 + 3 * 0.2), HiddenPatchLoss.Compute(nothing, images, hidden.roll(1, 1)).item<float>(), 1e-6);
        var exact = zeros(1, 4, 12);
        exact[0, 0, TensorIndex.Slice(0, 3)] = 1;                                 // pixels of a patch row by row, three channels each
        Assert.Equal(0, HiddenPatchLoss.Compute(exact, images, hidden).item<float>());
    }
}
