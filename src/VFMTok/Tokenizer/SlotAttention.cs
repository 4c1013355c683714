namespace VFMTok.Tokenizer;

/// <summary>A place of the image that a slot reads.</summary>
/// <param name="X">Pixels from the left edge of the image; outside of it too.</param>
/// <param name="Y">Pixels from the upper edge of the image; outside of it too.</param>
/// <param name="Weight">How much it counts; the weights of a head's points on all levels sum to 1.</param>
public readonly record struct SamplingPoint(float X, float Y, float Weight);

/// <summary>Where the slots of one image look: every sampling point of the region-adaptive encoder's deformable attention, with its weight (paper section 3.2, spec 4.3).</summary>
/// <remarks>
/// Layers, slots, heads, levels and points are counted from 0, slots row by row of their grid. Levels are the tapped depths of the frozen foundation model (<see cref="TokenizerConfig.Levels"/>).
/// The first layer looks at every image alike: its slots have read nothing yet. Weights tell how much is read, not how much the code depends on it; slots also learn from earlier slots.
/// </remarks>
public sealed class SlotAttention
{
    private readonly SamplingPoint[] _points; // [D, S, H, L, P]

    internal SlotAttention(TokenizerConfig config)
    {
        Config = config;
        var count = (decimal)config.EncoderDepth * config.SlotCount * PointsOfSlot;
        if (count > Array.MaxLength) throw new ArgumentException($"The slots have {count} sampling points, more than the {Array.MaxLength} that one list holds; use a smaller tokenizer.");
        _points = new SamplingPoint[(int)count];
    }

    /// <summary>Sizes of the tokenizer: ImageSize, SlotGrid, Levels, EncoderDepth (layers), EncoderHeads and SamplingPoints (a head and level).</summary>
    public TokenizerConfig Config { get; }

    /// <summary>All points: layer after layer, of each slot after slot, head after head, level after level.</summary>
    public ReadOnlySpan<SamplingPoint> Points => _points;

    internal Span<SamplingPoint> Unfilled => _points;

    private int PointsOfSlot => Config.EncoderHeads * PointsOfHead;
    private int PointsOfHead => Config.Levels.Count * Config.SamplingPoints;

    /// <summary>One point.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer, slot, head, level or point.</exception>
    public SamplingPoint this[int layer, int slot, int head, int level, int point] =>
        Of(layer, slot)[Within(head, Config.EncoderHeads, "head") * PointsOfHead + Within(level, Config.Levels.Count, "level") * Config.SamplingPoints + Within(point, Config.SamplingPoints, "point")];

    /// <summary>The points of a slot: head after head, of each level after level.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or slot.</exception>
    public ReadOnlySpan<SamplingPoint> Of(int layer, int slot) =>
        Points.Slice((Within(layer, Config.EncoderDepth, "layer") * Config.SlotCount + Within(slot, Config.SlotCount, "slot")) * PointsOfSlot, PointsOfSlot);

    /// <summary>The level of the i-th point of a slot, as an index of <see cref="TokenizerConfig.Levels"/>.</summary>
    public int LevelOf(int i) => i % PointsOfHead / Config.SamplingPoints;

    /// <summary>The centre of a slot's cell, around which it looks; pixels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slot.</exception>
    public (double X, double Y) Centre(int slot)
    {
        var cell = Config.ImageSize / (double)Config.SlotGrid;
        return ((Within(slot, Config.SlotCount, "slot") % Config.SlotGrid + 0.5) * cell, (slot / Config.SlotGrid + 0.5) * cell);
    }

    /// <summary>The mean of a slot's points by their weights; pixels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or slot.</exception>
    public (double X, double Y) Mean(int layer, int slot)
    {
        var (x, y, weights) = (0.0, 0.0, 0.0);
        foreach (var point in Of(layer, slot)) (x, y, weights) = (x + (double)point.Weight * point.X, y + (double)point.Weight * point.Y, weights + point.Weight);
        return (x / weights, y / weights);
    }

    /// <summary>Figures of one slot in one layer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or slot.</exception>
    public SlotLooks Looks(int layer, int slot)
    {
        var points = Of(layer, slot);
        var (centre, mean, side) = (Centre(slot), Mean(layer, slot), Config.ImageSize);
        var (weights, reach, squares, outside, outsideWeight) = (0.0, 0.0, 0.0, 0, 0.0);
        var shares = new double[Config.Levels.Count];
        for (var i = 0; i < points.Length; i++)
        {
            var (x, y, weight) = points[i];
            weights += weight;
            shares[LevelOf(i)] += weight;
            reach += weight * Distance(x, y, centre);
            squares += weight * Math.Pow(Distance(x, y, mean), 2);
            if (x >= 0 && x <= side && y >= 0 && y <= side) continue;
            outside++;
            outsideWeight += weight;
        }
        return new SlotLooks(reach / weights, Distance(mean.X, mean.Y, centre), Math.Sqrt(squares / weights), [.. shares.Select(s => s / weights)], outside / (double)points.Length, outsideWeight / weights);
    }

    /// <summary>Figures of a layer: the means over its slots.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public SlotLooks Looks(int layer)
    {
        var all = Enumerable.Range(0, Config.SlotCount).Select(slot => Looks(layer, slot)).ToArray();
        return new SlotLooks(all.Average(l => l.Reach), all.Average(l => l.Shift), all.Average(l => l.Spread),
            [.. Enumerable.Range(0, Config.Levels.Count).Select(level => all.Average(l => l.LevelShares[level]))], all.Average(l => l.PointsOutside), all.Average(l => l.WeightOutside));
    }

    /// <summary>How much each place of the foundation model's map is read in a layer, by all slots, heads and levels: what the bilinear samples take from it, over what even reading would take.</summary>
    /// <returns>FoundationGrid x FoundationGrid numbers, row by row; their mean is 1, less what is looked for outside of the map.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public double[] Density(int layer)
    {
        var grid = Config.FoundationGrid;
        var density = new double[grid * grid];
        var scale = grid / (double)Config.ImageSize;
        var even = (double)Config.SlotCount * Config.EncoderHeads / density.Length;
        for (var slot = 0; slot < Config.SlotCount; slot++)
            foreach (var point in Of(layer, slot))
            {
                var (x, y) = (point.X * scale - 0.5, point.Y * scale - 0.5);
                var (left, top) = (Math.Floor(x), Math.Floor(y));
                Read(left, top, (left + 1 - x) * (top + 1 - y) * point.Weight);
                Read(left + 1, top, (x - left) * (top + 1 - y) * point.Weight);
                Read(left, top + 1, (left + 1 - x) * (y - top) * point.Weight);
                Read(left + 1, top + 1, (x - left) * (y - top) * point.Weight);
            }
        return density;

        void Read(double column, double row, double weight)
        {
            if (column >= 0 && column < grid && row >= 0 && row < grid) density[(int)row * grid + (int)column] += weight / even;
        }
    }

    /// <summary>Refuses numbers of a network whose weights are damaged.</summary>
    internal SlotAttention Checked()
    {
        foreach (var point in _points)
            if (!float.IsFinite(point.X + point.Y + point.Weight)) throw new InvalidDataException("The slots look at places that are no numbers; the tokenizer's weights are damaged: use another file.");
        return this;
    }

    private static double Distance(double x, double y, (double X, double Y) from) => Math.Sqrt((x - from.X) * (x - from.X) + (y - from.Y) * (y - from.Y));

    private static int Within(int index, int count, string name) =>
        index >= 0 && index < count ? index : throw new ArgumentOutOfRangeException(name, $"There is no {name} {index}; allowed are 0 to {count - 1}.");
}

/// <summary>Figures of where slots look. Distances are in pixels, points count by their weights.</summary>
/// <param name="Reach">Mean distance of the points from the centre of the slot's cell.</param>
/// <param name="Shift">Distance of the points' mean from the centre of the slot's cell.</param>
/// <param name="Spread">Standard deviation of the points around their mean.</param>
/// <param name="LevelShares">Share of the weight on each level; they sum to 1.</param>
/// <param name="PointsOutside">Share of the points, each counted once, that lie outside of the image.</param>
/// <param name="WeightOutside">Share of the weight that lies outside of the image. There the maps read as zero, but for half a place along the edge.</param>
public sealed record SlotLooks(double Reach, double Shift, double Spread, IReadOnlyList<double> LevelShares, double PointsOutside, double WeightOutside);
