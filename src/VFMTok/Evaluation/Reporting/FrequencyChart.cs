using System.Globalization;
using System.Text;
using VFMTok.Training.Reporting;

namespace VFMTok.Evaluation.Reporting;

/// <summary>Draws how often each code of a codebook is used, as SVG that takes its colours from the page: codes by falling frequency, on a logarithmic scale.</summary>
internal static class FrequencyChart
{
    private const int Most = 512, Left = 58, Right = 12, Top = 10, Bottom = 36;
    private const double Floor = 0.7; // below the smallest count there is, so that codes seen once still show

    /// <summary>Draws.</summary>
    /// <param name="counts">How often each code was seen; of large codebooks neighbours are put together as their mean.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    public static string Draw(IReadOnlyList<long> counts, int width, int height)
    {
        var sorted = counts.OrderDescending().ToArray();
        var (used, total) = (sorted.Count(c => c > 0), sorted.Sum());
        var even = total / (double)sorted.Length;
        var ranks = new AxisScale(0, sorted.Length, Left, width - Right);
        var values = new AxisScale(Floor, Math.Max(sorted[0], Math.Max(even, 1)) * 1.15, height - Bottom, Top, logarithmic: true);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{used} of {sorted.Length} codes are used, the most frequent one {sorted[0]} times\">");
        foreach (var tick in values.Ticks(5).Where(t => t >= 1))
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {values.At(tick):f1}H{width - Right}\"/><text class=\"y\" x=\"{Left - 6}\" y=\"{values.At(tick) + 3.5:f1}\">{Readable.Number(tick)}</text>");
        foreach (var tick in ranks.Ticks(width / 110).Where(t => t == Math.Floor(t)))
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"x\" x=\"{ranks.At(tick):f1}\" y=\"{height - Bottom + 15}\">{tick:0}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"x\" x=\"{(Left + width - Right) / 2}\" y=\"{height - 4}\">codes, the most frequent first</text>");
        svg.Append("<path class=\"range\" d=\"").Append(Area(sorted[..used], ranks, values, height - Bottom)).Append("\"/>");
        svg.Append("<path class=\"line\" d=\"").Append(Steps(sorted[..used], ranks, values, "M")).Append("\"/>");
        if (even >= 1)
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"even\" d=\"M{Left} {values.At(even):f1}H{width - Right}\"><title>if all codes were equally frequent: {Readable.Number(even)} times each</title></path>");
        return svg.Append("</svg>").ToString();
    }

    private static string Area(long[] counts, AxisScale ranks, AxisScale values, int ground) => counts.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
        $"M{ranks.At(0):f1} {ground}{Steps(counts, ranks, values, "L")}V{ground}Z");

    // A step for each code, or for each few of them.
    private static string Steps(long[] counts, AxisScale ranks, AxisScale values, string first)
    {
        var path = new StringBuilder();
        var size = (counts.Length + Most - 1) / Most;
        for (var i = 0; i < counts.Length; i += size)
        {
            var end = Math.Min(i + size, counts.Length);
            var height = values.At(counts[i..end].Average());
            if (i == 0) path.Append(CultureInfo.InvariantCulture, $"{first}{ranks.At(0):f1} {height:f1}");
            else path.Append(CultureInfo.InvariantCulture, $"V{height:f1}");
            path.Append(CultureInfo.InvariantCulture, $"H{ranks.At(end):f1}");
        }
        return path.ToString();
    }
}
