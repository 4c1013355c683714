using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Generation;

namespace VFMTok.ML.Models;

/// <summary>Reads the class of each row. What is wrong with a label is said when the row's output is read, not before: nobody may ask for it.</summary>
internal sealed class LabelReader
{
    private const int Listed = 20;

    private readonly string _column;
    private readonly VfmGeneratorModel _generator;
    private readonly VfmUnknownLabels _unknown;
    private readonly Func<(int Class, string? Name)> _read; // no class and no name: missing

    public LabelReader(DataViewRow row, DataViewSchema.Column column, VfmGeneratorModel generator, VfmUnknownLabels unknown)
    {
        (_column, _generator, _unknown) = (column.Name, generator, unknown);
        var known = new Dictionary<string, int>();
        for (var i = 0; i < generator.ClassNames.Count; i++) known.TryAdd(generator.ClassNames[i], i);
        _read = column.Type is TextDataViewType ? Texts(row, column, known) : Keys(row, column, known);
    }

    /// <summary>Reads the class of the current row.</summary>
    /// <param name="fault">What is wrong with its label, or null.</param>
    public int Read(out string? fault)
    {
        var (label, name) = _read();
        fault = label >= 0 || _unknown == VfmUnknownLabels.Unconditional ? null : Fault(name);
        return label >= 0 ? label : VfmGeneratorModel.Unconditional;
    }

    private static Func<(int, string?)> Texts(DataViewRow row, DataViewSchema.Column column, Dictionary<string, int> known)
    {
        var text = row.GetGetter<ReadOnlyMemory<char>>(column);
        return () =>
        {
            ReadOnlyMemory<char> value = default;
            text(ref value);
            return value.Length == 0 ? (-1, null) : Find(value.ToString(), known);
        };
    }

    // With names the keys go by name: other keys than those of the training may be in another order, or fewer, or more.
    private static Func<(int, string?)> Keys(DataViewRow row, DataViewSchema.Column column, Dictionary<string, int> known)
    {
        var read = LabelColumn.KeyReader(row, column);
        var classes = LabelColumn.HasNames(column) ? LabelColumn.Names(column).Select(name => Find(name, known)).ToArray() : null;
        var count = classes?.Length ?? known.Count;
        return () => read() switch
        {
            < 0 => (-1, null),
            var key when key >= count => (-1, $"of key {key + 1}"),
            var key => classes?[key] ?? ((int)key, null),
        };
    }

    private static (int, string?) Find(string name, Dictionary<string, int> known) => known.TryGetValue(name, out var index) ? (index, name) : (-1, $"'{name}'");

    private string Fault(string? name)
    {
        var names = _generator.ClassNames;
        var list = $"{string.Join(", ", names.Take(Listed))}{(names.Count > Listed ? $" and {names.Count - Listed} more" : "")}";
        var remedy = $"set {nameof(VfmGenerateOptions.UnknownLabels)} to {nameof(VfmUnknownLabels.Unconditional)} to draw no class in particular";
        return name is null
            ? $"A row has no label in column '{_column}'; give it one of the classes that the generator knows ({list}), leave the row out, or {remedy}."
            : $"A row has the class {name} in column '{_column}', which the generator does not know; it knows {list}: use one of them, or {remedy}.";
    }
}
