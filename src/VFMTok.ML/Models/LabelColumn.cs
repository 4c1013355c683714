using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Generation;

namespace VFMTok.ML.Models;

/// <summary>Class labels: a key column, whose values are names or as many as the generator has classes, or a text column of class names.</summary>
internal static class LabelColumn
{
    public const string Allowed = "a key (use MapValueToKey) or Text with class names";
    public const string AllowedInTraining = "a key (use MapValueToKey)";

    private const int MostClasses = 1 << 24;

    public static bool Fits(DataViewType type) => type is KeyDataViewType or TextDataViewType;

    public static bool Fits(SchemaShape.Column column) => column.Kind == SchemaShape.Column.VectorKind.Scalar && (column.IsKey || column.ItemType is TextDataViewType);

    public static bool FitsTraining(SchemaShape.Column column) => column.Kind == SchemaShape.Column.VectorKind.Scalar && column.IsKey;

    public static DataViewSchema.Column Find(DataViewSchema schema, string name, VfmGeneratorModel generator)
    {
        var column = Columns.Find(schema, name, Allowed, Fits);
        if (column.Type is KeyDataViewType key && !HasNames(column) && key.Count != (ulong)generator.ClassNames.Count)
            throw new ArgumentException($"Key column '{name}' has {key.Count} values without names but the generator has {generator.ClassNames.Count} classes; use the keys that it was trained with, or a Text column of class names.");
        return column;
    }

    /// <summary>Whether the keys stand for values.</summary>
    public static bool HasNames(DataViewSchema.Column column) => column.Annotations.Schema.GetColumnOrNull("KeyValues") is { Type: VectorDataViewType };

    /// <summary>Names of the classes by key: the key values where the column has them (numbers, dates and the like written out), else the numbers from 0.</summary>
    public static string[] Names(DataViewSchema.Column column)
    {
        if (!HasNames(column))
        {
            var count = ((KeyDataViewType)column.Type).Count;
            if (count > MostClasses) throw new ArgumentException($"Key column '{column.Name}' has {count} values; allowed are 1 to {MostClasses} classes: map the values that occur with MapValueToKey.");
            return [.. Enumerable.Range(0, (int)count).Select(i => i.ToString())];
        }
        var values = (VectorDataViewType)column.Annotations.Schema["KeyValues"].Type;
        if (values.ItemType is TextDataViewType)
        {
            VBuffer<ReadOnlyMemory<char>> texts = default;
            column.Annotations.GetValue("KeyValues", ref texts);
            return [.. texts.DenseValues().Select(t => t.ToString())];
        }
        return (string[])typeof(LabelColumn).GetMethod(nameof(Texts), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(values.ItemType.RawType).Invoke(null, [column])!;
    }

    /// <summary>Reads the key of the current row, 0-based; -1 = missing.</summary>
    public static Func<long> KeyReader(DataViewRow row, DataViewSchema.Column column)
    {
        var raw = column.Type.RawType;
        if (raw == typeof(byte)) return Read<byte>(k => k);
        if (raw == typeof(ushort)) return Read<ushort>(k => k);
        if (raw == typeof(ulong)) return Read<ulong>(k => (long)k);
        return Read<uint>(k => k);

        Func<long> Read<T>(Func<T, long> widen)
        {
            var get = row.GetGetter<T>(column);
            return () =>
            {
                T key = default!;
                get(ref key);
                return widen(key) - 1;
            };
        }
    }

    /// <summary>Reads the class of the current row, for training; -1 = missing.</summary>
    /// <param name="row">Rows.</param>
    /// <param name="column">Key column.</param>
    /// <param name="classes">How many there are.</param>
    public static Func<int> ClassReader(DataViewRow row, DataViewSchema.Column column, int classes)
    {
        var read = KeyReader(row, column);
        return () => read() is var index && index < classes ? (int)index
            : throw new ArgumentException($"A row has the key {index + 1} in column '{column.Name}', which has {classes} values; map the labels with MapValueToKey again.");
    }

    private static string[] Texts<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue("KeyValues", ref values);
        return [.. values.DenseValues().Select(v => FormattableString.Invariant($"{v}"))];
    }
}
