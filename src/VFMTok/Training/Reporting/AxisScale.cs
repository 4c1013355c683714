namespace VFMTok.Training.Reporting;

/// <summary>From values to places on an axis, and the round values that are written beside it.</summary>
internal sealed class AxisScale
{
    private const int Most = 50; // ticks, however odd the values are

    private readonly double _low, _high, _from, _to;

    /// <param name="low">Smallest value.</param>
    /// <param name="high">Largest value.</param>
    /// <param name="from">Place of the smallest.</param>
    /// <param name="to">Place of the largest.</param>
    /// <param name="logarithmic">Equal ratios, not equal differences, are equally far apart; values are positive then.</param>
    public AxisScale(double low, double high, double from, double to, bool logarithmic = false)
    {
        Logarithmic = logarithmic;
        (_low, _high) = (Position(low), Position(high));
        if (_high - _low <= 1e-9 * Math.Max(Math.Abs(_low), Math.Abs(_high))) // a flat curve runs through the middle
        {
            var half = logarithmic ? 0.5 : _low == 0 ? 1 : Math.Abs(_low) / 2;
            (_low, _high) = (_low - half, _high + half);
        }
        (_from, _to) = (from, to);
    }

    /// <summary>Whether it is a logarithmic scale.</summary>
    public bool Logarithmic { get; }

    /// <summary>Place of a value; values beyond the ends are put at the ends.</summary>
    public double At(double value) => _from + Math.Clamp((Position(value) - _low) / (_high - _low), 0, 1) * (_to - _from);

    /// <summary>Round values within the axis, about so many.</summary>
    public IReadOnlyList<double> Ticks(int wanted)
    {
        if (Logarithmic) return LogarithmicTicks(wanted);
        var rough = (_high - _low) / wanted;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = unit * ((rough / unit) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
        var first = Math.Ceiling(_low / step - 1e-9);
        var more = (int)Math.Clamp(Math.Floor(_high / step - first + 1e-9), 0, Most);
        return [.. Enumerable.Range(0, 1 + more).Select(i => (first + i) * step)];
    }

    // Powers of ten; where there are few of them, also their doubles and fives; where there are many, every second, third, ...
    private List<double> LogarithmicTicks(int wanted)
    {
        int first = (int)Math.Floor(_low), last = (int)Math.Ceiling(_high);
        var every = Math.Max(1, (last - first) / wanted);
        double[] within = last - first <= wanted / 2 ? [1, 2, 5] : [1];
        return [.. Enumerable.Range(first, last - first + 1).Where(e => e % every == 0).SelectMany(e => within.Select(w => w * Math.Pow(10, e))).Where(v => Math.Log10(v) >= _low && Math.Log10(v) <= _high)];
    }

    private double Position(double value) => Logarithmic ? Math.Log10(value) : value;
}
