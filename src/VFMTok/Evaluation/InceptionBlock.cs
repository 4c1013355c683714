using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Evaluation;

/// <summary>A block of <see cref="InceptionV3"/>: branches that see the same, their channels put one after the other.</summary>
internal sealed class InceptionBlock : nn.Module<Tensor, Tensor>
{
    private const int Window = 3;

    private readonly (InceptionPool Pool, InceptionLayer[][] Steps)[] _branches;

    /// <param name="input">Channels in.</param>
    /// <param name="branches">Their order is that of the channels.</param>
    public InceptionBlock(int input, InceptionBranch[] branches) : base(nameof(InceptionBlock))
    {
        var total = 0;
        _branches = Array.ConvertAll(branches, branch =>
        {
            var width = input;
            var steps = branch.Steps.Select((step, s) =>
            {
                var layers = step.Kernels.Select((kernel, k) =>
                {
                    var layer = new InceptionLayer(width, step.Channels, kernel, step.Stride, padded: step.Stride == 1);
                    register_module(branch.LayerName(s, k), layer);
                    return layer;
                }).ToArray();
                width = step.Channels * layers.Length;
                return layers;
            }).ToArray();
            total += width;
            return (branch.Pool, steps);
        });
        Width = total;
    }

    /// <summary>Channels out.</summary>
    public int Width { get; }

    /// <param name="x">[B, in, H, W]</param>
    /// <returns>[B, out, H', W']</returns>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var parts = Array.ConvertAll(_branches, branch => Through(x, branch.Pool, branch.Steps));
        return cat(parts, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Pools.</summary>
    /// <param name="x">[B, C, H, W]</param>
    /// <param name="pool">How.</param>
    /// <returns>[B, C, H, W], or about half the sides</returns>
    internal static Tensor Pool(Tensor x, InceptionPool pool) => pool switch
    {
        InceptionPool.Average => nn.functional.avg_pool2d(x, Window, 1, Window / 2, count_include_pad: false),
        InceptionPool.Max => nn.functional.max_pool2d(x, Window, 1, Window / 2),
        InceptionPool.Halving => nn.functional.max_pool2d(x, Window, 2),
        _ => x,
    };

    private static Tensor Through(Tensor x, InceptionPool pool, InceptionLayer[][] steps)
    {
        using var scope = NewDisposeScope();
        var y = Pool(x, pool);
        foreach (var layers in steps)
        {
            var outputs = Array.ConvertAll(layers, layer => layer.call(y));
            y = outputs.Length == 1 ? outputs[0] : cat(outputs, 1);
        }
        return y.MoveToOuterDisposeScope();
    }
}
