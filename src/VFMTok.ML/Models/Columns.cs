using Microsoft.ML;
using Microsoft.ML.Data;

namespace VFMTok.ML.Models;

/// <summary>Finds input columns and says what is wrong with them, before and after there are data.</summary>
internal static class Columns
{
    private const int Listed = 12;

    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string allowed, Func<DataViewType, bool> fits)
    {
        if (schema.GetColumnOrNull(name) is not { } column) throw Missing(name, schema.Where(c => !c.IsHidden).Select(c => c.Name));
        return fits(column.Type) ? column : throw Mismatch(name, column.Type.ToString()!, allowed);
    }

    public static SchemaShape.Column Find(SchemaShape shape, string name, string allowed, Func<SchemaShape.Column, bool> fits)
    {
        var column = shape.FirstOrDefault(c => c.Name == name);
        if (column.Name is null) throw Missing(name, shape.Select(c => c.Name));
        return fits(column) ? column : throw Mismatch(name, $"{column.Kind} of {(column.IsKey ? "Key " : "")}{column.ItemType}", allowed);
    }

    /// <summary>A shape with an output column added, hiding one of the same name.</summary>
    public static SchemaShape With(SchemaShape shape, SchemaShape.Column added) => new(shape.Where(c => c.Name != added.Name).Append(added));

    public static string RequireName(string? name, string parameter) =>
        string.IsNullOrWhiteSpace(name) ? throw new ArgumentException($"'{parameter}' is empty; give the name of a column.", parameter) : name;

    private static ArgumentException Missing(string name, IEnumerable<string> present)
    {
        var names = present.ToArray();
        var list = names.Length == 0 ? "there are none" : $"there are {string.Join(", ", names.Take(Listed))}{(names.Length > Listed ? $" and {names.Length - Listed} more" : "")}";
        return new ArgumentException($"There is no input column '{name}'; {list}: name one of them or add a step that makes it.");
    }

    private static ArgumentException Mismatch(string name, string found, string allowed) =>
        new($"Input column '{name}' is {found} but must be {allowed}; name another column or convert it.");
}
