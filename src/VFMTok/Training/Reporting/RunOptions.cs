using System.Collections;
using System.Globalization;
using System.Reflection;

namespace VFMTok.Training.Reporting;

/// <summary>Turns an options object into a table of names and values.</summary>
internal static class RunOptions
{
    private const int Deepest = 4;

    /// <summary>Numbers, texts, enumerations and lists of them; options within options under <c>Outer.Inner</c>. Networks, callbacks and what is null is left out.</summary>
    public static IReadOnlyDictionary<string, string> Describe(object options)
    {
        var table = new OrderedDictionary<string, string>();
        Add(options, "", 0, table);
        return table;
    }

    private static void Add(object options, string prefix, int depth, IDictionary<string, string> table)
    {
        var within = new List<(string Name, object Options)>();
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (!property.CanRead || property.GetIndexParameters().Length > 0 || property.GetValue(options) is not { } value) continue;
            var name = prefix + property.Name;
            if (Text(value) is { } text) table[name] = text;
            else if (value is IEnumerable items && items.Cast<object>().Select(Text).ToArray() is var texts && texts.All(t => t is not null)) table[name] = string.Join(", ", texts);
            else if (value is not IDisposable && value.GetType().Assembly == typeof(RunOptions).Assembly && depth < Deepest) within.Add((name, value));
        }
        foreach (var (name, inner) in within) Add(inner, name + ".", depth + 1, table); // after what stands outside
    }

    private static string? Text(object value) => value switch
    {
        string or bool or Enum => value.ToString(),
        TimeSpan time => Readable.Duration(time),
        IFormattable number when value.GetType().IsPrimitive => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };
}
