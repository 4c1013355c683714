using System.Globalization;
using System.Net;
using System.Text;

namespace VFMTok.Training.Reporting;

/// <summary>Draws a curve as SVG that takes its colours from the page.</summary>
internal static class LineChart
{
    private const int Most = 500, Left = 58, Right = 12, Top = 8, Bottom = 22, LogarithmicFrom = 20;

    /// <summary>Draws.</summary>
    /// <param name="curve">What; long ones are thinned out to means, with the range in a lighter colour.</param>
    /// <param name="firstStep">Left end, so that all charts of a page line up.</param>
    /// <param name="lastStep">Right end.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    public static string Draw(Curve curve, int firstStep, int lastStep, int width, int height)
    {
        var points = curve.Reduce(Most);
        var (low, high) = Extent(points);
        var steps = new AxisScale(firstStep, lastStep, Left, width - Right);
        var values = new AxisScale(low, high, height - Bottom, Top, logarithmic: CanBeLogarithmic(curve.Name) && low > 0 && high / low >= LogarithmicFrom);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(Readable.Words(curve.Name))} over {points.Count} points\">");
        foreach (var tick in values.Ticks(4))
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {values.At(tick):f1}H{width - Right}\"/><text class=\"y\" x=\"{Left - 6}\" y=\"{values.At(tick) + 3.5:f1}\">{Readable.Number(tick)}</text>");
        foreach (var tick in steps.Ticks(width / 110).Where(t => t == Math.Floor(t)))
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"x\" x=\"{steps.At(tick):f1}\" y=\"{height - 6}\">{Step(tick, lastStep)}</text>");
        var segments = Segments(points);
        if (points.Any(p => p.Low < p.High)) svg.Append("<path class=\"range\" d=\"").AppendJoin("", segments.Select(s => Area(s, steps, values))).Append("\"/>");
        svg.Append("<path class=\"line\" d=\"").AppendJoin("", segments.Select(s => Line(s.Select(p => (p.Step, p.Mean)), steps, values, "M"))).Append("\"/>");
        foreach (var bad in Thin(curve.BadSteps))
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"bad\" d=\"M{steps.At(bad):f1} {Top}V{height - Bottom}\"><title>not a finite number at step {bad}</title></path>");
        return svg.Append("</svg>").ToString();
    }

    // Rates and shares are read by their differences.
    private static bool CanBeLogarithmic(string name) => name is not (RunHistory.LearningRate or RunHistory.ImagesPerSecond or "usage" or "skipped");

    // All means, and what the ranges span but for the outermost fiftieth: one spike must not flatten the curve.
    private static (double Low, double High) Extent(IReadOnlyList<CurvePoint> points)
    {
        var finite = points.Where(p => double.IsFinite(p.Mean)).ToArray();
        if (finite.Length == 0) return (0, 0);
        var cut = finite.Length / 50;
        return (Math.Min(finite.Min(p => p.Mean), finite.Select(p => p.Low).Order().ElementAt(cut)), Math.Max(finite.Max(p => p.Mean), finite.Select(p => p.High).OrderDescending().ElementAt(cut)));
    }

    // Stretches without a gap.
    private static List<List<CurvePoint>> Segments(IReadOnlyList<CurvePoint> points)
    {
        var segments = new List<List<CurvePoint>>();
        var open = false;
        foreach (var point in points)
        {
            if (double.IsFinite(point.Mean))
            {
                if (!open) segments.Add([]);
                segments[^1].Add(point);
            }
            open = double.IsFinite(point.Mean);
        }
        return segments;
    }

    private static string Area(List<CurvePoint> segment, AxisScale steps, AxisScale values) =>
        Line(segment.Select(p => (p.Step, p.High)), steps, values, "M") + Line(segment.AsEnumerable().Reverse().Select(p => (p.Step, p.Low)), steps, values, "L") + "Z";

    private static string Line(IEnumerable<(double Step, double Value)> points, AxisScale steps, AxisScale values, string first)
    {
        var line = string.Concat(points.Select((p, i) => string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? first : "L")}{steps.At(p.Step):f1} {values.At(p.Value):f1}")));
        return line.Contains('L') ? line : line + "h0"; // a lone point becomes a dot
    }

    private static IEnumerable<int> Thin(IReadOnlyList<int> steps) => steps.Where((_, i) => i % (steps.Count / 100 + 1) == 0);

    private static string Step(double step, int last) => last switch
    {
        >= 1_000_000 => (step / 1e6).ToString("0.##M", CultureInfo.InvariantCulture),
        >= 10_000 => (step / 1e3).ToString("0.#k", CultureInfo.InvariantCulture),
        _ => step.ToString("0", CultureInfo.InvariantCulture),
    };
}
