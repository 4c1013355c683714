using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Generation;

namespace VFMTok.ML.Models;

/// <summary>Class labels: a key column with as many keys as the generator has classes, or a text column of class names.</summary>
internal static class LabelColumn
{
    public const string Allowed = "a key (use MapValueToKey) or Text with class names";
    public const string AllowedInTraining = "a key (use MapValueToKey)";

    public static bool Fits(DataViewType type) => type is KeyDataViewType or TextDataViewType;

    public static bool Fits(SchemaShape.Column column) => column.Kind == SchemaShape.Column.VectorKind.Scalar && (column.IsKey || column.ItemType is TextDataViewType);

    public static bool FitsTraining(SchemaShape.Column column) => column.Kind == SchemaShape.Column.VectorKind.Scalar && column.IsKey;

    public static DataViewSchema.Column Find(DataViewSchema schema, string name, VfmGeneratorModel generator)
    {
        var column = Columns.Find(schema, name, Allowed, Fits);
        if (column.Type is KeyDataViewType key && column.Annotations.Schema.GetColumnOrNull("KeyValues") is null && key.Count != (ulong)generator.ClassNames.Count)
            throw new ArgumentException($"Key column '{name}' has {key.Count} values but the generator has {generator.ClassNames.Count} classes; use the keys that it was trained with, or a Text column of class names.");
        return column;
    }

    /// <summary>Names of the classes by key: the key values where the column has them, else the numbers from 0.</summary>
    public static string[] Names(DataViewSchema.Column column)
    {
        var count = (int)((KeyDataViewType)column.Type).Count;
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues") is not { Type: VectorDataViewType values }) return [.. Enumerable.Range(0, count).Select(i => i.ToString())];
        if (values.ItemType is TextDataViewType)
        {
            VBuffer<ReadOnlyMemory<char>> texts = default;
            column.Annotations.GetValue("KeyValues", ref texts);
            return [.. texts.DenseValues().Select(t => t.ToString())];
        }
        return (string[])typeof(LabelColumn).GetMethod(nameof(Texts), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(values.ItemType.RawType).Invoke(null, [column])!;
    }

    /// <summary>Reads the class index of the current row; -1 = missing.</summary>
    public static Func<int> Reader(DataViewRow row, DataViewSchema.Column column, VfmGeneratorModel generator)
    {
        if (column.Type is TextDataViewType)
        {
            var text = row.GetGetter<ReadOnlyMemory<char>>(column);
            var known = new Dictionary<string, int>();
            return () =>
            {
                ReadOnlyMemory<char> value = default;
                text(ref value);
                if (value.Length == 0) return -1;
                var name = value.ToString();
                return known.TryGetValue(name, out var index) ? index : known[name] = generator.ClassIndex(name);
            };
        }
        var read = KeyReader(row, column);
        var classes = column.Annotations.Schema.GetColumnOrNull("KeyValues") is null ? null : Names(column);
        if (classes is null || classes.SequenceEqual(generator.ClassNames)) return read;
        var order = classes.Select(generator.ClassIndex).ToArray(); // the same classes in another order: go by name
        return () => read() is >= 0 and var key ? order[key] : -1;
    }

    /// <summary>Reads the key of the current row, 0-based; -1 = missing.</summary>
    public static Func<int> KeyReader(DataViewRow row, DataViewSchema.Column column)
    {
        var raw = column.Type.RawType;
        if (raw == typeof(byte)) return Read<byte>(k => k);
        if (raw == typeof(ushort)) return Read<ushort>(k => k);
        if (raw == typeof(ulong)) return Read<ulong>(k => (long)k);
        return Read<uint>(k => k);

        Func<int> Read<T>(Func<T, long> widen)
        {
            var get = row.GetGetter<T>(column);
            return () =>
            {
                T key = default!;
                get(ref key);
                return (int)(widen(key) - 1);
            };
        }
    }

    private static string[] Texts<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue("KeyValues", ref values);
        return [.. values.DenseValues().Select(v => FormattableString.Invariant($"{v}"))];
    }
}
