using System.Globalization;
using System.Net;
using System.Text;
using VFMTok.Training.Reporting;

namespace VFMTok.Evaluation.Reporting;

/// <summary>Draws a figure over a setting, such as the guidance scale, as SVG that takes its colours from the page: a dot for each value, and lines between them.</summary>
internal static class SettingChart
{
    private const int Left = 58, Right = 18, Top = 12, Bottom = 36, FewestPixels = 26;

    /// <summary>Draws.</summary>
    /// <param name="name">What is drawn.</param>
    /// <param name="setting">What it depends on.</param>
    /// <param name="points">At least one; finite.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    public static string Draw(string name, string setting, IReadOnlyList<(double Setting, double Value)> points, int width, int height)
    {
        var ordered = points.OrderBy(p => p.Setting).ToArray();
        var (low, high) = (ordered.Min(p => p.Value), ordered.Max(p => p.Value));
        if (low == 0 && high == 0) high = 1; // shares and distances have no negative side
        var margin = (high - low) * 0.08; // dots stay clear of the frame
        var settings = new AxisScale(ordered[0].Setting, ordered[^1].Setting, Left + 8, width - Right);
        var values = new AxisScale(low >= 0 ? Math.Max(0, low - margin) : low - margin, high + margin, height - Bottom, Top);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{Html(name)} over {Html(setting)}, {ordered.Length} points\">");
        foreach (var tick in values.Ticks(4))
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {values.At(tick):f1}H{width - Right}\"/><text class=\"y\" x=\"{Left - 6}\" y=\"{values.At(tick) + 3.5:f1}\">{Readable.Number(tick)}</text>");
        var last = double.NegativeInfinity;
        foreach (var at in ordered.Select(p => p.Setting).Distinct().Where(s => Free(settings.At(s), ref last)))
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"x\" x=\"{settings.At(at):f1}\" y=\"{height - Bottom + 15}\">{Readable.Number(at)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"x\" x=\"{(Left + width - Right) / 2}\" y=\"{height - 4}\">{Html(setting)}</text>");
        svg.Append("<path class=\"line\" d=\"").AppendJoin("", ordered.Select((p, i) => string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? "M" : "L")}{settings.At(p.Setting):f1} {values.At(p.Value):f1}"))).Append("\"/>");
        foreach (var (at, value) in ordered)
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"dot\" cx=\"{settings.At(at):f1}\" cy=\"{values.At(value):f1}\" r=\"3.5\"><title>{Readable.Number(at)}: {Readable.Number(value)}</title></circle>");
        return svg.Append("</svg>").ToString();
    }

    // Numbers that would cover the one before them are left out.
    private static bool Free(double place, ref double last)
    {
        if (place - last < FewestPixels) return false;
        last = place;
        return true;
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
