using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Benchmarks;

/// <summary>Pictures with the statistics of photographs: all scales contribute alike (the spectrum falls with the frequency), colours vary together, and objects have edges.</summary>
internal static class NaturalImages
{
    private const int Objects = 6;

    /// <summary>Draws one.</summary>
    /// <param name="seed">Which.</param>
    /// <param name="size">Side S, pixels.</param>
    /// <returns>[1, 3, S, S] in [-1, 1].</returns>
    public static Tensor Draw(int seed, int size)
    {
        using var scope = NewDisposeScope();
        return SeededDraws.Run(seed, () =>
        {
            var image = Clouds(size);
            for (var i = 0; i < Objects; i++)
            {
                var place = SeededDraws.Uniform(CPU, 3).data<float>().ToArray();
                var axis = arange(size, dtype: ScalarType.Float32).Over(size);                                                // [S]
                var distance = axis.unsqueeze(1).Minus(place[0]).Squared().Plus(axis.Minus(place[1]).Squared());                // [S, S]
                image = where(distance.Below(0.003 + 0.02 * place[2]), Clouds(size).Plus(2 * place[2] - 1), image);            // a disc with a texture of its own
            }
            return image.Clamped(-1, 1).MoveToOuterDisposeScope();
        });
    }

    // Noise of every scale, the coarser the stronger; three quarters of it in all three colours alike.
    private static Tensor Clouds(int size)
    {
        var image = zeros(1, 3, size, size);
        for (var cells = 3; cells <= size; cells *= 2)
        {
            var noise = SeededDraws.Normal(1, 1, 1, cells, cells).Times(0.75).Plus(SeededDraws.Normal(1, 1, 3, cells, cells).Times(0.25)); // [1, 3, c, c]
            image = image.Plus(nn.functional.interpolate(noise, [size, size], mode: InterpolationMode.Bicubic, align_corners: false).Times(1.2 / Math.Sqrt(cells)));
        }
        return image;
    }
}
