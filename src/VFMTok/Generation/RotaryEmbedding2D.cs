using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Generation;

/// <summary>Rotary position embedding over a grid (arXiv 2104.09864, in two dimensions as in LlamaGen; spec 9.4): the first half of the pairs turns by the row, the second by the column.</summary>
internal static class RotaryEmbedding2D
{
    /// <summary>Cosines and sines of every position.</summary>
    /// <returns>[1 + G*G, D/2, 2]. Row 0, the class token's, is all zero and not the identity (historical): its queries and keys vanish.</returns>
    public static Tensor Table(int grid, int headWidth, double rotaryBase)
    {
        var half = headWidth / 2;
        var table = new float[1 + grid * grid, half, 2];
        for (var n = 0; n < grid * grid; n++)
            for (var k = 0; k < half / 2; k++)
            {
                var frequency = (float)(1 / Math.Pow(rotaryBase, 2.0 * k / half));
                foreach (var (pair, place) in new[] { (k, n / grid), (half / 2 + k, n % grid) })
                    (table[1 + n, pair, 0], table[1 + n, pair, 1]) = (MathF.Cos(place * frequency), MathF.Sin(place * frequency));
            }
        return tensor(table);
    }

    /// <summary>Turns neighbouring channel pairs: (a, b) to (a cos - b sin, b cos + a sin), as a product of complex numbers, in float32.</summary>
    /// <param name="x">[B, N, H, D]</param>
    /// <param name="table">[N, D/2, 2]: the table's rows of these positions.</param>
    /// <returns>[B, N, H, D] float32</returns>
    public static Tensor Apply(Tensor x, Tensor table)
    {
        var pairs = view_as_complex(x.to(ScalarType.Float32).reshape([.. x.shape[..^1], -1, 2]));    // [B, N, H, D/2]
        return view_as_real(pairs * view_as_complex(table).unsqueeze(1)).reshape(x.shape);           // [B, N, H, D]
    }
}
