using System.Globalization;
using System.Text.RegularExpressions;

namespace VFMTok.Tests.Checkpoints;

/// <summary>Tensors that a section of tests/Golden/state-dict-keys.md lists: names to shapes, and what the section's text says of their number and size.</summary>
/// <param name="Shapes">Shape of each tensor.</param>
/// <param name="Text">The section.</param>
internal sealed partial record KeyTable(IReadOnlyDictionary<string, long[]> Shapes, string Text)
{
    private static readonly string File = System.IO.File.ReadAllText(Path.Combine(Repository.Root, "tests", "Golden", "state-dict-keys.md"));

    /// <summary>Number of tensors that the text states.</summary>
    public long StatedTensors => Number(Regex.Match(Text, @"(\d[\d ]*) tensors"));

    /// <summary>Number of parameters that the text states.</summary>
    public long StatedParameters => Number(Regex.Match(Text, @"(\d[\d ]*) (?:trainable )?parameters"));

    /// <summary>Elements of all tensors that are wanted.</summary>
    public long Count(Func<string, bool> wanted) => Shapes.Where(s => wanted(s.Key)).Sum(s => s.Value.Aggregate(1L, (product, d) => product * d));

    /// <summary>Reads a section, such as 4.</summary>
    public static KeyTable Section(int number)
    {
        var start = File.IndexOf($"\n## {number}. ", StringComparison.Ordinal);
        var end = File.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        var text = File[start..(end < 0 ? File.Length : end)];
        var shapes = new Dictionary<string, long[]>();
        foreach (Match row in Row().Matches(text))
            foreach (var (name, shape) in Tensors(Quoted().Matches(row.Groups["names"].Value).Select(m => m.Groups[1].Value).ToArray(), Shape().Matches(row.Groups["shapes"].Value).Select(Dimensions).ToArray()))
                foreach (var one in Expand(name)) shapes.Add(one, shape);
        return new KeyTable(shapes, text);
    }

    /// <summary>Cells of the rows that begin with this text.</summary>
    public static string[] Cells(int section, string first) =>
        [.. Section(section).Text.Split('\n').Single(l => l.StartsWith($"| {first} |", StringComparison.Ordinal)).Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>A number with spaces between its thousands.</summary>
    public static long Number(string text) => long.Parse(text.Replace(" ", ""), CultureInfo.InvariantCulture);

    /// <summary>The same network in another size.</summary>
    /// <param name="layers">Layers that this one has, and layers that the other one has.</param>
    /// <param name="sizes">Dimensions to replace.</param>
    public KeyTable Resized((int From, int To) layers, params (long From, long To)[] sizes)
    {
        var map = sizes.ToDictionary(s => s.From, s => s.To);
        var resized = new Dictionary<string, long[]>();
        foreach (var (name, shape) in Shapes)
        {
            var other = Array.ConvertAll(shape, d => map.GetValueOrDefault(d, d));
            var layer = Layer().Match(name);
            if (!layer.Success) resized.Add(name, other);
            else if (int.Parse(layer.Groups[2].Value, CultureInfo.InvariantCulture) == 0)
                for (var i = 0; i < layers.To; i++) resized.Add($"{layer.Groups[1].Value}{i}{layer.Groups[3].Value}", other);
        }
        Assert.Equal(layers.From, Shapes.Keys.Select(n => Layer().Match(n)).Where(m => m.Success).Select(m => m.Groups[2].Value).Distinct().Count());
        return this with { Shapes = resized };
    }

    // Section 10 puts several names into a row: `a.weight/bias`, or `a.b.weight` / `bias`, where a later name replaces the end of the first.
    private static IEnumerable<(string Name, long[] Shape)> Tensors(string[] cell, long[][] shapes)
    {
        var names = new List<string>();
        foreach (var entry in cell)
            foreach (var part in entry.EndsWith(".weight/bias", StringComparison.Ordinal) ? [entry[..^5], entry[..^"weight/bias".Length] + "bias"] : new[] { entry })
            {
                var (first, own) = (Segments(names.Count == 0 ? part : names[0]), Segments(part));
                names.Add(string.Join('.', [.. first[..Math.Max(0, first.Length - own.Length)], .. own]));
            }
        return names.Select((name, i) => (name, shapes[shapes.Length == 1 ? 0 : i]));
    }

    // {0..11} is one of them, dots and all.
    private static string[] Segments(string name) => [.. Segment().Matches(name).Select(m => m.Value)];

    private static IEnumerable<string> Expand(string name)
    {
        var range = Range().Match(name);
        if (!range.Success) return [name];
        var (from, to) = (int.Parse(range.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(range.Groups[2].Value, CultureInfo.InvariantCulture));
        return Enumerable.Range(from, to - from + 1).Select(i => name.Replace(range.Value, $"{i}"));
    }

    private static long[] Dimensions(Match shape) => [.. shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Number)];

    private static long Number(Match match) => match.Success ? Number(match.Groups[1].Value) : throw new InvalidDataException("the section states no such number");

    [GeneratedRegex(@"^\| (?<names>`[^|]+) \| (?<shapes>\([^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\(([\d, ]*)\)")]
    private static partial Regex Shape();

    [GeneratedRegex(@"(?:\{[^}]*\}|[^.{}])+")]
    private static partial Regex Segment();

    [GeneratedRegex(@"\{(\d+)\.\.(\d+)\}")]
    private static partial Regex Range();

    [GeneratedRegex(@"^((?:blocks|layers)\.)(\d+)(\..*)$")]
    private static partial Regex Layer();
}
