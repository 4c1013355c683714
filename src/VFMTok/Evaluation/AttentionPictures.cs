using VFMTok.Imaging;
using VFMTok.Tokenizer;

namespace VFMTok.Evaluation;

/// <summary>Pictures of where the slots of the region-adaptive encoder look. The same image and attention give the same picture.</summary>
public static class AttentionPictures
{
    private const int OverviewSide = 512, SlotSide = 192; // small images are enlarged to this at least
    private const int CaptionHeight = 22, Gap = 8, TextScale = 2;
    private static readonly Rgb White = new(255, 255, 255), Amber = new(255, 180, 60), Sky = new(120, 200, 255);

    /// <summary>All slots at once: a line from the centre of each cell to the mean of what its slot reads.</summary>
    /// <param name="image">What the tokenizer saw: ImageSize x ImageSize pixels.</param>
    /// <param name="attention">Where it looked.</param>
    /// <param name="layer">Layer of the encoder, from 0.</param>
    /// <exception cref="ArgumentException">The image has another size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public static RgbImage Queries(RgbImage image, SlotAttention attention, int layer)
    {
        var ground = new PictureGround(image, attention, OverviewSide);
        var unit = Math.Min(ground.Side / (double)OverviewSide, ground.Side / (48.0 * attention.Config.SlotGrid)); // marks leave room in their cells
        var legend = new PictureLegend().With($"layer {layer}").WithDot("cell", Sky, 2.5).WithDot("mean of its looks", Amber, 4);
        using var drawing = new Drawing(ground.Full, ground.Full + legend.Height(ground.Full));
        ground.Draw(drawing, 0, 0);
        drawing.Within(0, 0, ground.Full, ground.Full, () =>
        {
            var ends = Enumerable.Range(0, attention.Config.SlotCount).Select(slot => (From: ground.Place(attention.Centre(slot)), To: ground.Place(attention.Mean(layer, slot)))).ToArray();
            foreach (var (from, _) in ends) drawing.Dot(from.X, from.Y, 2.5 * unit, Sky, 0.9);
            foreach (var (from, to) in ends) drawing.Line(from.X, from.Y, to.X, to.Y, Amber, 0.8, 1.5 * unit);
            foreach (var (_, to) in ends) drawing.Dot(to.X, to.Y, 4 * unit, Amber, 0.95);
        });
        legend.Draw(drawing, ground.Full, ground.Full);
        return drawing.ToImage();
    }

    /// <summary>What is read most, by all slots together: <see cref="SlotAttention.Density"/> as colours over the image; 1 is what even reading would give every place.</summary>
    /// <param name="image">What the tokenizer saw: ImageSize x ImageSize pixels.</param>
    /// <param name="attention">Where it looked.</param>
    /// <param name="layer">Layer of the encoder, from 0.</param>
    /// <exception cref="ArgumentException">The image has another size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public static RgbImage Heat(RgbImage image, SlotAttention attention, int layer)
    {
        const int BarWidth = 180, BarHeight = 12;
        var ground = new PictureGround(image, attention, OverviewSide);
        var density = attention.Density(layer);
        var most = Math.Max(density.Max(), double.Epsilon);
        var legend = new PictureLegend().With($"layer {layer}").With("0").With($"{density.Max():f1} times even", BarWidth, (drawing, left, middle) =>
        {
            for (var x = 0; x < BarWidth; x++) drawing.Fill(left + x, middle - BarHeight / 2, 1, BarHeight, ColorMap.Viridis(x / (BarWidth - 1.0)));
        });
        using var drawing = new Drawing(ground.Side, ground.Side + legend.Height(ground.Side));
        drawing.Image(ground.Painted((x, y, light) => // the image shows through as light and shade
            new Rgb(0, 0, 0).Mixed(ColorMap.Viridis(Smooth(density, attention.Config.FoundationGrid, x, y) / most), 0.6 + 0.4 * light)), 0, 0);
        legend.Draw(drawing, ground.Side, ground.Side);
        return drawing.ToImage();
    }

    /// <summary>Chosen slots, one image each: its cell, and its sampling points as dots, whose area is the weight and whose colour is the level.</summary>
    /// <param name="image">What the tokenizer saw: ImageSize x ImageSize pixels.</param>
    /// <param name="attention">Where it looked.</param>
    /// <param name="layer">Layer of the encoder, from 0.</param>
    /// <param name="slots">Slots to show; null = <see cref="Spread"/>.</param>
    /// <exception cref="ArgumentException">The image has another size, no slot was chosen, or the picture would be too large.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or slot.</exception>
    public static RgbImage Slots(RgbImage image, SlotAttention attention, int layer, IReadOnlyList<int>? slots = null)
    {
        slots ??= Spread(attention.Config);
        if (slots.Count == 0) throw new ArgumentException("No slot was chosen; give at least one.", nameof(slots));
        var (ground, levels) = (new PictureGround(image, attention, SlotSide), attention.Config.Levels);
        var columns = (int)Math.Ceiling(Math.Sqrt(slots.Count));
        var (stepX, stepY) = (ground.Full + Gap, ground.Full + CaptionHeight + Gap);
        var (width, height) = (Gap + columns * stepX, Gap + (slots.Count + columns - 1) / columns * stepY);
        var legend = new PictureLegend().With($"layer {layer}");
        for (var level = 0; level < levels.Count; level++) legend.WithDot($"block {levels[level]}", ColorMap.Kind(level, levels.Count), 6);
        using var drawing = new Drawing(width, (long)height + legend.Height(width));
        var heaviest = slots.Max(slot => attention.Of(layer, slot).ToArray().Max(p => p.Weight));
        for (var i = 0; i < slots.Count; i++)
        {
            var (left, top) = (Gap + i % columns * stepX, Gap + i / columns * stepY);
            drawing.Text($"slot {slots[i]}", left, top + 2, TextScale);
            DrawSlot(drawing, ground, attention, layer, slots[i], heaviest, left, top + CaptionHeight);
        }
        legend.Draw(drawing, height - Gap, width);
        return drawing.ToImage();
    }

    /// <summary>Slots spread evenly over the grid, from corner to corner.</summary>
    /// <param name="config">Sizes of the tokenizer.</param>
    /// <param name="perSide">How many in a row and in a column, at least 1; no more than the grid has.</param>
    /// <returns>Slots, row by row.</returns>
    public static int[] Spread(TokenizerConfig config, int perSide = 4)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perSide);
        var count = Math.Min(perSide, config.SlotGrid);
        return [.. from row in Enumerable.Range(0, count) from column in Enumerable.Range(0, count) select Place(row) * config.SlotGrid + Place(column)];

        int Place(int part) => count == 1 ? config.SlotGrid / 2 : (int)Math.Round(part * (config.SlotGrid - 1.0) / (count - 1));
    }

    private static void DrawSlot(Drawing drawing, PictureGround ground, SlotAttention attention, int layer, int slot, float heaviest, int left, int top)
    {
        ground.Draw(drawing, left, top);
        drawing.Within(left, top, ground.Full, ground.Full, () =>
        {
            var unit = ground.Side / (double)SlotSide;
            var points = attention.Of(layer, slot).ToArray();
            var cell = ground.Side / (double)attention.Config.SlotGrid;
            var (x, y) = ground.Place(attention.Centre(slot));
            drawing.Frame(left + x - cell / 2, top + y - cell / 2, cell, cell, White, 0.9, 1.25 * unit);
            foreach (var i in Enumerable.Range(0, points.Length).OrderByDescending(i => points[i].Weight)) // small dots on top
            {
                var (at, share) = (ground.Place((points[i].X, points[i].Y)), points[i].Weight / heaviest);
                drawing.Dot(left + at.X, top + at.Y, 7 * unit * Math.Sqrt(share), ColorMap.Kind(attention.LevelOf(i), attention.Config.Levels.Count), 0.45 + 0.45 * share);
            }
        });
    }

    // Between the centres of the map's places linear, beyond the outermost ones constant.
    private static double Smooth(double[] map, int grid, double x, double y)
    {
        var (column, row) = (Math.Clamp(x * grid - 0.5, 0, grid - 1), Math.Clamp(y * grid - 0.5, 0, grid - 1));
        var (left, top) = ((int)column, (int)row);
        var (right, bottom, dx, dy) = (Math.Min(left + 1, grid - 1), Math.Min(top + 1, grid - 1), column - left, row - top);
        return (map[top * grid + left] * (1 - dx) + map[top * grid + right] * dx) * (1 - dy) + (map[bottom * grid + left] * (1 - dx) + map[bottom * grid + right] * dx) * dy;
    }
}
