using static VFMTok.Evaluation.InceptionPool;
using static VFMTok.Evaluation.InceptionStep;

namespace VFMTok.Evaluation;

/// <summary>The five kinds of blocks that <see cref="InceptionV3"/> is made of, under their official names.</summary>
internal static class InceptionBlocks
{
    /// <summary>Of the finest grid, 35 x 35.</summary>
    /// <param name="pooled">Channels of the averages.</param>
    public static InceptionBranch[] Fine(int pooled) =>
    [
        new("branch1x1", [Square(64, 1)]),
        new("branch5x5", [Square(48, 1), Square(64, 5)]),
        new("branch3x3dbl", [Square(64, 1), Square(96, 3), Square(96, 3)]),
        new("branch_pool", [Square(pooled, 1)], Average),
    ];

    /// <summary>From 35 x 35 to 17 x 17.</summary>
    public static InceptionBranch[] FineToMiddle() =>
    [
        new("branch3x3", [Square(384, 3, stride: 2)]),
        new("branch3x3dbl", [Square(64, 1), Square(96, 3), Square(96, 3, stride: 2)]),
        new("branch_pool", [], Halving),
    ];

    /// <summary>Of the middle grid, 17 x 17: kernels of 7 x 7 as a row and a column.</summary>
    /// <param name="width">Channels between the kernels.</param>
    public static InceptionBranch[] Middle(int width) =>
    [
        new("branch1x1", [Square(192, 1)]),
        new("branch7x7", [Square(width, 1), Row(width, 7), Column(192, 7)]),
        new("branch7x7dbl", [Square(width, 1), Column(width, 7), Row(width, 7), Column(width, 7), Row(192, 7)]),
        new("branch_pool", [Square(192, 1)], Average),
    ];

    /// <summary>From 17 x 17 to 8 x 8.</summary>
    public static InceptionBranch[] MiddleToCoarse() =>
    [
        new("branch3x3", [Square(192, 1), Square(320, 3, stride: 2)]),
        new("branch7x7x3", [Square(192, 1), Row(192, 7), Column(192, 7), Square(192, 3, stride: 2)]),
        new("branch_pool", [], Halving),
    ];

    /// <summary>Of the coarsest grid, 8 x 8: rows beside columns.</summary>
    /// <param name="pool">How its last branch pools.</param>
    public static InceptionBranch[] Coarse(InceptionPool pool) =>
    [
        new("branch1x1", [Square(320, 1)]),
        new("branch3x3", [Square(384, 1), Cross(384, 3)]),
        new("branch3x3dbl", [Square(448, 1), Square(384, 3), Cross(384, 3)]),
        new("branch_pool", [Square(192, 1)], pool),
    ];
}
