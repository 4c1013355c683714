using TorchSharp;
using static TorchSharp.torch;

namespace VFMTok.Foundation;

/// <summary>Bicubic resampling of token grids as explicit matrices (spec 2.1): exact, differentiable, and the same on every device.</summary>
internal static class Resampling
{
    /// <summary>Keys' cubic kernel.</summary>
    private static double Cubic(double t, double a)
    {
        t = Math.Abs(t);
        return t < 1 ? ((a + 2) * t - (a + 3)) * t * t + 1
            : t < 2 ? ((t - 5) * t + 8) * t * a - 4 * a
            : 0;
    }

    /// <summary>One axis of torch's plain bicubic: a = -0.75, four taps, indices clamped to the border, weights not renormalised.</summary>
    /// <param name="input">Source samples.</param>
    /// <param name="output">Target samples.</param>
    /// <param name="step">Source step per target sample.</param>
    /// <returns>[output, input]</returns>
    public static double[,] Bicubic(int input, int output, double step)
    {
        var matrix = new double[output, input];
        for (var i = 0; i < output; i++)
        {
            var source = step * (i + 0.5) - 0.5;
            var first = (int)Math.Floor(source) - 1;
            for (var j = first; j < first + 4; j++) matrix[i, Math.Clamp(j, 0, input - 1)] += Cubic(source - j, -0.75);
        }
        return matrix;
    }

    /// <summary>One axis of torch's antialiased bicubic: a = -0.5, support stretched when shrinking, weights renormalised.</summary>
    /// <returns>[output, input]</returns>
    public static double[,] BicubicAntialias(int input, int output, double step)
    {
        var matrix = new double[output, input];
        var stretch = Math.Max(step, 1);
        for (var i = 0; i < output; i++)
        {
            var center = step * (i + 0.5);
            var low = Math.Max((int)(center - 2 * stretch + 0.5), 0);
            var high = Math.Min((int)(center + 2 * stretch + 0.5), input);
            double sum = 0;
            for (var j = low; j < high; j++) sum += matrix[i, j] = Cubic((j - center + 0.5) / stretch, -0.5);
            for (var j = low; j < high; j++) matrix[i, j] /= sum;
        }
        return matrix;
    }

    /// <summary>Plain bicubic between two ends that stay in place (align_corners = True): source = target * (input - 1) / (output - 1).</summary>
    /// <returns>[output, input]</returns>
    public static double[,] BicubicAlignedCorners(int input, int output)
    {
        var matrix = new double[output, input];
        for (var i = 0; i < output; i++)
        {
            var source = output > 1 ? i * (input - 1.0) / (output - 1) : 0;
            var first = (int)Math.Floor(source) - 1;
            for (var j = first; j < first + 4; j++) matrix[i, Math.Clamp(j, 0, input - 1)] += Cubic(source - j, -0.75);
        }
        return matrix;
    }

    /// <summary>Applies one matrix per axis to a grid of tokens.</summary>
    /// <param name="grid">[1, rows * columns, C], row-major.</param>
    /// <param name="vertical">[outRows, rows]</param>
    /// <param name="horizontal">[outColumns, columns]</param>
    /// <returns>[1, outRows * outColumns, C]</returns>
    public static Tensor Tokens(Tensor grid, double[,] vertical, double[,] horizontal)
    {
        long rows = vertical.GetLength(1), columns = horizontal.GetLength(1), width = grid.size(-1);
        var x = Matrix(vertical, grid).mm(grid.reshape(rows, columns * width));                         // [outRows, columns * C]
        x = x.reshape(-1, columns, width).transpose(0, 1).reshape(columns, -1);                         // [columns, outRows * C]
        x = Matrix(horizontal, grid).mm(x).reshape(horizontal.GetLength(0), -1, width).transpose(0, 1); // [outRows, outColumns, C]
        return x.reshape(1, -1, width);                                                                 // [1, outRows * outColumns, C]
    }

    /// <summary>Applies one matrix per axis to images.</summary>
    /// <param name="images">[B, C, H, W]</param>
    /// <param name="vertical">[outH, H]</param>
    /// <param name="horizontal">[outW, W]</param>
    /// <returns>[B, C, outH, outW]</returns>
    public static Tensor Images(Tensor images, double[,] vertical, double[,] horizontal)
    {
        var x = nn.functional.linear(images, Matrix(horizontal, images));                        // [B, C, H, outW]
        return nn.functional.linear(x.transpose(2, 3), Matrix(vertical, images)).transpose(2, 3); // [B, C, outH, outW]
    }

    private static Tensor Matrix(double[,] values, Tensor like) => tensor(values, dtype: like.dtype, device: like.device);
}
