namespace VFMTok.Training.Reporting;

/// <summary>A stretch of a curve.</summary>
/// <param name="Step">Mean step.</param>
/// <param name="Mean">Mean of its finite values; NaN if there are none.</param>
/// <param name="Low">Smallest of them.</param>
/// <param name="High">Largest of them.</param>
internal readonly record struct CurvePoint(double Step, double Mean, double Low, double High);

/// <summary>One figure of a run, over the steps that have it.</summary>
internal sealed class Curve(string name)
{
    private readonly List<int> _steps = [];
    private readonly List<double> _values = [];

    /// <summary>What it is.</summary>
    public string Name => name;

    /// <summary>Value of the last step that has one.</summary>
    public double Last => _values[^1];

    /// <summary>Smallest finite value, NaN if there is none.</summary>
    public double Lowest => Finite.DefaultIfEmpty(double.NaN).Min();

    /// <summary>Largest finite value, NaN if there is none.</summary>
    public double Highest => Finite.DefaultIfEmpty(double.NaN).Max();

    /// <summary>Steps at which it was no number.</summary>
    public IReadOnlyList<int> BadSteps => [.. _steps.Where((_, i) => !double.IsFinite(_values[i]))];

    private IEnumerable<double> Finite => _values.Where(double.IsFinite);

    /// <summary>Takes a value; steps rise.</summary>
    public void Add(int step, double value)
    {
        _steps.Add(step);
        _values.Add(value);
    }

    /// <summary>At most so many points: each the mean of equally many neighbours, and the range that they span.</summary>
    public IReadOnlyList<CurvePoint> Reduce(int most)
    {
        var size = Math.Max((_values.Count + most - 1) / most, 1);
        return [.. Enumerable.Range(0, (_values.Count + size - 1) / size).Select(i => Point(i * size, Math.Min(size, _values.Count - i * size)))];
    }

    private CurvePoint Point(int first, int count)
    {
        var finite = _values.Skip(first).Take(count).Where(double.IsFinite).DefaultIfEmpty(double.NaN).ToArray();
        return new CurvePoint(_steps.Skip(first).Take(count).Average(), finite.Average(), finite.Min(), finite.Max());
    }
}
