using TorchSharp;
using VFMTok.Kernels;
using static TorchSharp.torch;

namespace VFMTok.Runtime;

/// <summary>Arithmetic in which a row's result depends on the row alone: not on its neighbours, its place, the number of rows or of threads.</summary>
/// <remarks>
/// libtorch's CPU kernels do not promise that. Its matrix product takes another kernel, with another order of summation, for 1, for 2 or 3, and for more rows, and threads divide the rows between
/// them; its attention multiplies in scratch memory whose alignment, and with it the order of summation, depends on the thread; its exponentials differ in the last bit between whole vectors and the
/// leftover at the end of a thread's share. Then a draw that falls beside a limit gives another code, and all codes after it differ. Inside of <c>Run</c>, linear layers, attention to a cache
/// and activations on the CPU use the methods below; norms, softmax, sums and sorting already work row by row.
/// Accelerators need runs of one size instead (<see cref="Generation.CodeSampler"/>).
/// </remarks>
internal static class IndependentRows
{
    // libtorch gives a share of an elementwise operation to another thread from this many elements on; whole vectors are at most this long (twice 512 bits).
    private const int Share = 32768, Vector = 32;

    [ThreadStatic] private static bool _active;
    [ThreadStatic] private static WeightFormat? _format;

    /// <summary>What the weights of linear layers are rounded to on this thread; null = nothing, they are float32.</summary>
    public static WeightFormat? Format => _format;

    /// <summary>Computes row by row, on this thread.</summary>
    /// <param name="compute">What to compute.</param>
    /// <param name="format">What the weights of linear layers, which must be frozen, are rounded to; null = what an outer call says.</param>
    public static T Run<T>(Func<T> compute, WeightFormat? format = null)
    {
        var outer = (_active, _format);
        (_active, _format) = (true, format ?? _format);
        try
        {
            return compute();
        }
        finally
        {
            (_active, _format) = outer;
        }
    }

    /// <summary>Whether a linear layer must use <c>Linear</c>, and attention to a cache <see cref="Attention"/>.</summary>
    public static bool Concern(Tensor x, Tensor weight) =>
        _active && x.device_type == DeviceType.CPU && x.dtype == ScalarType.Float32 && weight.dtype == ScalarType.Float32;

    /// <summary><c>x weight^T + bias</c>.</summary>
    /// <param name="x">[..., in] float32, on the CPU.</param>
    /// <param name="weight">[out, in]</param>
    /// <param name="bias">[out] or null.</param>
    /// <returns>[..., out]</returns>
    public static unsafe Tensor Linear(Tensor x, Tensor weight, Tensor? bias)
    {
        var (output, input) = ((int)weight.shape[0], (int)weight.shape[1]);
        Shapes.Require(x.reshape(-1, x.shape[^1]), [-1, input]);
        using var rows = x.detach().contiguous();
        using var weights = weight.detach().contiguous();
        var y = empty([.. x.shape[..^1], output]);                                                             // [..., out]
        fixed (byte* from = rows.bytes, by = weights.bytes, to = y.bytes)
            RowProducts.Multiply((float*)from, (int)(rows.numel() / input), input, (float*)by, output, (float*)to, get_num_threads());
        return bias is null ? y : y.Plus(bias);
    }

    /// <summary><c>x weight^T + bias</c> with weights in fewer bits.</summary>
    /// <param name="x">[..., in] float32, on the CPU.</param>
    /// <param name="weights">[out, in]</param>
    /// <param name="bias">[out] or null.</param>
    /// <returns>[..., out]</returns>
    public static unsafe Tensor Linear(Tensor x, PackedWeights weights, Tensor? bias)
    {
        Shapes.Require(x.reshape(-1, x.shape[^1]), [-1, weights.Inputs]);
        using var rows = x.detach().contiguous();
        var y = empty([.. x.shape[..^1], weights.Outputs]);                                                    // [..., out]
        fixed (byte* from = rows.bytes, to = y.bytes)
            PackedProducts.Multiply((float*)from, (int)(rows.numel() / weights.Inputs), weights, (float*)to, get_num_threads());
        return bias is null ? y : y.Plus(bias);
    }

    /// <summary>Attention of one new position to the first ones of a cache.</summary>
    /// <param name="q">[B, H, 1, D] float32, on the CPU.</param>
    /// <param name="keys">[B, H', T, D], contiguous; H' divides H.</param>
    /// <param name="values">[B, H', T, D], contiguous.</param>
    /// <param name="length">Positions of the cache that are written, 1 to T.</param>
    /// <returns>[B, H, 1, D]</returns>
    public static unsafe Tensor Attention(Tensor q, Tensor keys, Tensor values, int length)
    {
        var sizes = new RowAttention.Sizes((int)q.shape[0], (int)q.shape[1], (int)keys.shape[1], (int)q.shape[3], length, (int)keys.shape[2]);
        Shapes.Require(q, [sizes.Rows, sizes.Heads, 1, sizes.Width]);
        Shapes.Require(keys, [sizes.Rows, sizes.Shared, sizes.Capacity, sizes.Width]);
        Shapes.Require(values, keys.shape);
        if (length < 1 || length > sizes.Capacity || sizes.Heads % sizes.Shared != 0)
            throw new ArgumentException($"{length} positions of {sizes.Capacity}, {sizes.Heads} query heads and {sizes.Shared} key heads do not fit together.");
        using var queries = q.contiguous();
        var y = empty(q.shape);
        fixed (byte* from = queries.bytes, k = keys.bytes, v = values.bytes, to = y.bytes)
            RowAttention.Attend((float*)from, (float*)k, (float*)v, (float*)to, sizes, get_num_threads());
        return y;
    }

    /// <summary>An elementwise function, such as an activation: in shares that one thread computes in whole vectors.</summary>
    /// <param name="x">[..., C]</param>
    /// <param name="function">Elementwise; keeps the shape.</param>
    public static Tensor Map(Tensor x, Func<Tensor, Tensor> function)
    {
        if (!_active || x.device_type != DeviceType.CPU) return function(x);
        var flat = x.contiguous().reshape(-1);
        var whole = (flat.numel() + Vector - 1) / Vector * Vector;
        if (whole > flat.numel()) flat = cat([flat, zeros(whole - flat.numel(), dtype: x.dtype)]);
        var shares = flat.split(Share).Select(function).ToArray();
        return (shares.Length == 1 ? shares[0] : cat(shares)).narrow(0, 0, x.numel()).reshape(x.shape);
    }
}
