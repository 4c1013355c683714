namespace VFMTok.Evaluation;

/// <summary>How a branch of a block pools: 3 x 3 windows.</summary>
internal enum InceptionPool
{
    /// <summary>It does not.</summary>
    None,
    /// <summary>Means of what lies inside of the image: at the border of fewer than nine values.</summary>
    Average,
    /// <summary>Largest values, side kept.</summary>
    Max,
    /// <summary>Largest values of every second window, none of which crosses the border.</summary>
    Halving,
}

/// <summary>One step of a branch: a convolution, or several that see the same and whose channels are put one after the other.</summary>
/// <param name="Channels">Channels out, of each.</param>
/// <param name="Stride">1: the sides are kept. 2: every second place, without padding.</param>
/// <param name="Kernels">Sides of each kernel.</param>
internal sealed record InceptionStep(int Channels, int Stride, params (int Height, int Width)[] Kernels)
{
    /// <summary>A square kernel.</summary>
    public static InceptionStep Square(int channels, int side, int stride = 1) => new(channels, stride, (side, side));

    /// <summary>A kernel of one row.</summary>
    public static InceptionStep Row(int channels, int width) => new(channels, 1, (1, width));

    /// <summary>A kernel of one column.</summary>
    public static InceptionStep Column(int channels, int height) => new(channels, 1, (height, 1));

    /// <summary>A row beside a column.</summary>
    public static InceptionStep Cross(int channels, int side) => new(channels, 1, (1, side), (side, 1));
}

/// <summary>One way through a block.</summary>
/// <param name="Name">Official name; those of its layers follow from it.</param>
/// <param name="Steps">One after the other; none for a branch that only pools.</param>
/// <param name="Pool">What comes before them.</param>
internal sealed record InceptionBranch(string Name, InceptionStep[] Steps, InceptionPool Pool = InceptionPool.None)
{
    /// <summary>Official names of its layers, in their order.</summary>
    public IEnumerable<string> LayerNames => Steps.SelectMany((step, s) => step.Kernels.Select((_, k) => LayerName(s, k)));

    /// <summary>Official name of one layer: the branch's if it is the only one, else with the number of its step, and a letter where a step has several.</summary>
    public string LayerName(int step, int kernel) => Steps switch
    {
        [_] => Name,
        _ when Steps[step].Kernels.Length == 1 => $"{Name}_{step + 1}",
        _ => $"{Name}_{step + 1}{(char)('a' + kernel)}",
    };
}
