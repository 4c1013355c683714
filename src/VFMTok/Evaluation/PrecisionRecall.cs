using System.Runtime.InteropServices;
using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Evaluation;

/// <summary>Improved precision and recall (arXiv 1904.06991; spec 10.4): a set of images is taken as the union of balls around its features, each as wide as the distance to its k-th neighbour.</summary>
/// <remarks>Distances are computed in blocks of rows, so memory is that of the features and of one block. In float32 throughout; the reference rounds distances to float16 unless one overflows.</remarks>
/// <param name="Precision">Share of the samples inside of a ball of the references: how real samples look.</param>
/// <param name="Recall">Share of the references inside of a ball of the samples: how much of the variety is covered.</param>
public sealed record PrecisionRecall(double Precision, double Recall)
{
    /// <summary>The k of the paper and of the reference.</summary>
    public const int DefaultNeighbours = 3;

    private const long BlockNumbers = 1 << 24; // 64 MB of distances
    private const int CopiedRows = 1024;       // into a tensor at a time: a span of bytes holds 2 GB at most

    /// <summary>Computes both.</summary>
    /// <param name="references">Features of real images, one vector after the other.</param>
    /// <param name="samples">Features of the images to judge.</param>
    /// <param name="width">Length F of a vector.</param>
    /// <param name="neighbours">k; smaller than both sets.</param>
    /// <exception cref="ArgumentException">The numbers are no whole vectors, or there are too few of them.</exception>
    public static PrecisionRecall Of(ReadOnlySpan<float> references, ReadOnlySpan<float> samples, int width, int neighbours = DefaultNeighbours)
    {
        NativeBackend.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor real = Rows(references, nameof(references)), generated = Rows(samples, nameof(samples));      // [M, F], [N, F]
        var centre = real.mean([0], keepdim: true);                                                          // [1, F]
        foreach (var set in new[] { real, generated }) set.PlusInPlace(centre.neg());                        // distances stay, and squares of less size round less
        Tensor realRadii = Radii(real, neighbours), generatedRadii = Radii(generated, neighbours);           // [M], [N]
        return Covered(generated, real, generatedRadii, realRadii);

        Tensor Rows(ReadOnlySpan<float> features, string name)
        {
            if (width < 1 || features.Length % width != 0) throw new ArgumentException($"'{name}' has {features.Length} numbers, which are no whole vectors of {width}.", name);
            if (neighbours < 1 || features.Length / width <= neighbours)
                throw new ArgumentException($"'{name}' has {features.Length / width} vectors; precision and recall by {neighbours} neighbours need more vectors than neighbours, and one neighbour at least.", name);
            var rows = empty(features.Length / width, width);                                                // [N, F]
            for (var first = 0; first < rows.shape[0]; first += CopiedRows)
            {
                using var part = rows.narrow(0, first, Math.Min(CopiedRows, rows.shape[0] - first));
                features.Slice(first * width, (int)part.numel()).CopyTo(MemoryMarshal.Cast<byte, float>(part.bytes));
            }
            return rows;
        }
    }

    /// <summary>Squared distance of each vector to its k-th neighbour in its own set.</summary>
    /// <param name="x">[N, F]</param>
    /// <param name="neighbours">k, below N.</param>
    /// <returns>[N]</returns>
    internal static Tensor Radii(Tensor x, int neighbours)
    {
        using var scope = NewDisposeScope();
        var radii = zeros(x.shape[0]);                                                                        // [N]
        Blockwise(x, x, (distances, first) =>
        {
            var nearest = distances.topk(neighbours + 1, 1, largest: false, sorted: true).values;              // [R, k + 1]; rank 0 is the vector itself
            radii.narrow(0, first, distances.shape[0]).copy_(nearest.select(1, neighbours));
        });
        return radii.clamp_min(ScalarArithmetic.Constant(0)).MoveToOuterDisposeScope();                       // rounding may have left them below 0
    }

    // Shares of the rows of each set that lie in a ball of the other; one look at every distance serves both.
    private static PrecisionRecall Covered(Tensor x, Tensor y, Tensor xRadii, Tensor yRadii)
    {
        var (precise, covered) = (0L, zeros(y.shape[0], dtype: ScalarType.Bool));                             // [M]
        Blockwise(x, y, (distances, first) =>
        {
            precise += distances.le(yRadii).any(1).sum().item<long>();
            covered.logical_or_(distances.le(xRadii.narrow(0, first, distances.shape[0]).unsqueeze(1)).any(0));
        });
        return new PrecisionRecall(precise / (double)x.shape[0], covered.sum().item<long>() / (double)y.shape[0]);
    }

    // Squared distances [R, M] of some rows of x, and the first of these rows.
    private static void Blockwise(Tensor x, Tensor y, Action<Tensor, long> take)
    {
        using var scope = NewDisposeScope();
        var rows = Math.Max(1, BlockNumbers / y.shape[0]);
        var (squares, others) = (y.Squared().sum(1), y.t());                                                  // [M], [F, M]
        for (long first = 0; first < x.shape[0]; first += rows)
        {
            using var block = NewDisposeScope();
            var part = x.narrow(0, first, Math.Min(rows, x.shape[0] - first));                                // [R, F]
            take(squares.addmm(part.Times(-2), others).PlusInPlace(part.Squared().sum(1, keepdim: true)), first);    // [R, M], in one piece of memory
        }
    }
}
