using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Discriminators;

/// <summary>Divides a matrix by its largest singular value, which power iteration follows from step to step (arXiv 1802.05957; spec 8.5).</summary>
/// <remarks>Each call in training mode iterates once, also while the generator learns; in evaluation mode the two vectors stay. They are buffers, so a checkpoint keeps them.</remarks>
internal sealed class SpectralNorm : nn.Module<Tensor, Tensor>
{
    /// <summary>Our member names to the official ones.</summary>
    internal static readonly NameMap Names = new() { { "_left", "weight_u" }, { "_right", "weight_v" } };

    private readonly Tensor _left, _right; // unit vectors

    public SpectralNorm(long rows, long columns) : base(nameof(SpectralNorm))
    {
        _left = Normalise(SeededDraws.Normal(1, rows)).DetachFromDisposeScope();
        _right = Normalise(SeededDraws.Normal(1, columns)).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <param name="matrix">[rows, columns]</param>
    /// <returns>[rows, columns]</returns>
    public override Tensor forward(Tensor matrix) => matrix / LargestSingularValue(matrix);

    /// <summary>The estimate u . (W v); its gradient reaches the matrix, not the vectors.</summary>
    /// <returns>A scalar.</returns>
    internal Tensor LargestSingularValue(Tensor matrix)
    {
        if (training) Iterate(matrix);
        var (left, right) = (_left.clone(), _right.clone()); // the next call changes the buffers before this call's gradient is taken
        return left.dot(matrix.mv(right));
    }

    private void Iterate(Tensor matrix)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        _right.copy_(Normalise(matrix.t().mv(_left)));  // [columns]
        _left.copy_(Normalise(matrix.mv(_right)));      // [rows]
    }

    private static Tensor Normalise(Tensor x) => nn.functional.normalize(x, dim: 0);
}
