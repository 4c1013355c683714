using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Generation;

/// <summary>Rotary position embedding over a grid (arXiv 2104.09864, in two dimensions as in LlamaGen; spec 9.4): the first half of the pairs turns by the row, the second by the column.</summary>
internal static class RotaryEmbedding2D
{
    /// <summary>Cosines and sines of every position.</summary>
    /// <param name="grid">Side of the grid, G.</param>
    /// <param name="headWidth">Channels of a head, D.</param>
    /// <param name="rotaryBase">Base of the frequencies.</param>
    /// <param name="prefix">Tokens before the grid's, P.</param>
    /// <returns>[P + G*G, D/2, 2]. The prefix's rows are all zero and not the identity (historical): its queries and keys vanish.</returns>
    public static Tensor Table(int grid, int headWidth, double rotaryBase, int prefix = 1)
    {
        var quarter = headWidth / 4;
        var axis = new float[grid, quarter, 2];                                                                // one for both axes: G*D/4 angles, whatever the number of tokens
        for (var k = 0; k < quarter; k++)
        {
            var frequency = (float)(1 / Math.Pow(rotaryBase, 2.0 * k / (2 * quarter)));
            for (var place = 0; place < grid; place++) (axis[place, k, 0], axis[place, k, 1]) = (MathF.Cos(place * frequency), MathF.Sin(place * frequency));
        }
        using var scope = NewDisposeScope();
        var turns = tensor(axis);                                                                              // [G, D/4, 2]
        long[] shape = [grid, grid, quarter, 2];
        var rows = cat([turns.unsqueeze(1).expand(shape), turns.unsqueeze(0).expand(shape)], 2).flatten(0, 1); // [G*G, D/2, 2]
        return cat([zeros(prefix, 2 * quarter, 2), rows]).MoveToOuterDisposeScope();                           // [P + G*G, D/2, 2]
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
