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
        (real, generated) = (real - centre, generated - centre);                                             // distances stay, and squares of less size round less
        Tensor realRadii = Radii(real, neighbours), generatedRadii = Radii(generated, neighbours);           // [M], [N]
        return new PrecisionRecall(Covered(generated, real, realRadii), Covered(real, generated, generatedRadii));

        Tensor Rows(ReadOnlySpan<float> features, string name)
        {
            if (width < 1 || features.Length % width != 0) throw new ArgumentException($"'{name}' has {features.Length} numbers, which are no whole vectors of {width}.", name);
            if (neighbours < 1 || features.Length / width <= neighbours)
                throw new ArgumentException($"'{name}' has {features.Length / width} vectors; precision and recall by {neighbours} neighbours need more vectors than neighbours, and one neighbour at least.", name);
            return tensor(features.ToArray(), features.Length / width, width);
        }
    }

    /// <summary>Squared distance of each vector to its k-th neighbour in its own set.</summary>
    /// <param name="x">[N, F]</param>
    /// <param name="neighbours">k, below N.</param>
    /// <returns>[N]</returns>
    internal static Tensor Radii(Tensor x, int neighbours) =>
        Blockwise(x, x, distances => distances.topk(neighbours + 1, 1, largest: false, sorted: true).values.select(1, neighbours).clone()); // rank 0 is the vector itself

    // Share of the rows of x that lie in a ball of y.
    private static double Covered(Tensor x, Tensor y, Tensor radii)
    {
        using var inside = Blockwise(x, y, distances => distances.le(radii).any(1).to(ScalarType.Float64)); // [N]
        return inside.mean().item<double>();
    }

    private static Tensor Blockwise(Tensor x, Tensor y, Func<Tensor, Tensor> summarise)
    {
        var (rows, results) = ((int)Math.Max(1, BlockNumbers / y.shape[0]), new List<Tensor>());
        var squares = y.Squared().sum(1);                                                                     // [M]
        for (long first = 0; first < x.shape[0]; first += rows)
        {
            using var block = NewDisposeScope();
            var part = x.narrow(0, first, Math.Min(rows, x.shape[0] - first));                                // [R, F]
            var distances = (part.Squared().sum(1, keepdim: true).Plus(squares) - part.mm(y.t()).Times(2)).clamp_min(ScalarArithmetic.Constant(0)); // [R, M]
            results.Add(summarise(distances).MoveToOuterDisposeScope());
        }
        return cat(results, 0);                                                                               // [N]
    }
}
