using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Evaluation;

/// <summary>Frechet distance of two Gaussians that have the means and covariances of two sets of features (arXiv 1706.08500; spec 10.4): |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)).</summary>
/// <remarks>
/// It is called FID only with the features of Inception-v3; see <see cref="FeatureExtractor"/>. Of few images it comes out too large, whatever the features are: compare figures of the same number of images only.
/// </remarks>
/// <param name="Value">The distance, 0 and up.</param>
/// <param name="MeanTerm">The part |m1 - m2|^2 of it.</param>
/// <param name="Width">Length F of a feature vector.</param>
/// <param name="FirstRank">Directions in which the first set varies; below F its covariance is singular.</param>
/// <param name="SecondRank">The same of the second set.</param>
public sealed record FrechetDistance(double Value, double MeanTerm, int Width, int FirstRank, int SecondRank)
{
    // Below this share of the largest, an eigenvalue is rounding.
    private const double Rounding = 1.0 / (1L << 52);

    /// <summary>Whether a covariance is singular, as it must be for a set of F images or fewer: the distance then says nothing of the other directions, and depends much on the number of images.</summary>
    public bool IsSingular => FirstRank < Width || SecondRank < Width;

    /// <summary>Computes the distance.</summary>
    /// <remarks>
    /// With the symmetric roots R of both covariances, tr (S1 S2)^(1/2) is the sum of the singular values of R1' R2. Directions without variance are left out of the roots, so singular covariances need no special
    /// treatment, and no small number is added to them. The trace has the precision of float64 itself; a root of the eigenvalues of S1 S2 would have half of its digits.
    /// </remarks>
    /// <param name="first">Of one set.</param>
    /// <param name="second">Of the other, made by the same extractor.</param>
    /// <exception cref="ArgumentException">The features have different lengths, or a covariance has a negative variance in some direction.</exception>
    public static FrechetDistance Between(FeatureStatistics first, FeatureStatistics second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Width != second.Width)
            throw new ArgumentException($"Features of width {first.Width} and {second.Width} cannot be compared; use the same feature extractor for both sets.", nameof(second));
        NativeBackend.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        double squares = 0, trace = 0;
        for (var i = 0; i < first.Width; i++)
        {
            var difference = first.Mean[i] - second.Mean[i];
            squares += difference * difference;
            trace += first.Covariance[i * first.Width + i] + second.Covariance[i * first.Width + i];
        }
        var (a, b) = (Root(first, nameof(first)), Root(second, nameof(second)));                              // [F, r], [F, s]
        var (ranks, common) = ((First: (int)a.shape[1], Second: (int)b.shape[1]), 0.0);
        if (ranks.First > 0 && ranks.Second > 0) common = linalg.svdvals(a.t().mm(b)).sum().item<double>();
        return new FrechetDistance(Math.Max(0, squares + trace - 2 * common), squares, first.Width, ranks.First, ranks.Second);
    }

    // [F, r] with R R' = S, for the r directions that vary.
    private static Tensor Root(FeatureStatistics statistics, string name)
    {
        var width = statistics.Width;
        var (values, vectors) = linalg.eigh(tensor(statistics.Covariance, width, width));                     // [F] rising, [F, F]
        var all = values.data<double>().ToArray();
        var largest = all[^1];
        if (all[0] < -1e-3 * Math.Max(largest, 0) - 1e-6)
            throw new ArgumentException($"The covariance has a variance of {all[0]:g3} in one direction, which none can have; give statistics that were computed from features.", name);
        var zeros = Array.FindIndex(all, v => v > largest * width * Rounding) switch { < 0 => width, var n => n };
        return vectors.narrow(1, zeros, width - zeros) * values.narrow(0, zeros, width - zeros).sqrt();       // [F, r]
    }
}
