using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace VFMTok.ML.Batching;

/// <summary>The values of one pass-through column for a batch of rows, copied so that they outlive their source rows.</summary>
internal abstract class ColumnBuffer : IDisposable
{
    private static readonly MethodInfo Scalar = typeof(ColumnBuffer).GetMethod(nameof(MakeScalar), BindingFlags.NonPublic | BindingFlags.Static)!;
    private static readonly MethodInfo Vector = typeof(ColumnBuffer).GetMethod(nameof(MakeVector), BindingFlags.NonPublic | BindingFlags.Static)!;

    public static ColumnBuffer Create(DataViewRow input, DataViewSchema.Column column, int capacity)
    {
        if (column.Type.RawType == typeof(MLImage)) return new Images(input.GetGetter<MLImage>(column), capacity);
        var (method, item) = column.Type is VectorDataViewType vector ? (Vector, vector.ItemType.RawType) : (Scalar, column.Type.RawType);
        return (ColumnBuffer)method.MakeGenericMethod(item).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [input, column, capacity], null)!;
    }

    public abstract void Read(int slot);

    public abstract Delegate MakeGetter(Func<int> slot);

    public virtual void Dispose() { }

    private static ColumnBuffer MakeScalar<T>(DataViewRow row, DataViewSchema.Column column, int capacity) => new Scalars<T>(row.GetGetter<T>(column), capacity);

    private static ColumnBuffer MakeVector<T>(DataViewRow row, DataViewSchema.Column column, int capacity) => new Vectors<T>(row.GetGetter<VBuffer<T>>(column), capacity);

    private sealed class Scalars<T>(ValueGetter<T> get, int capacity) : ColumnBuffer
    {
        private readonly T[] _values = new T[capacity];

        public override void Read(int slot)
        {
            T value = default!; // a fresh one for each row, or reference types would share their content
            get(ref value);
            _values[slot] = value;
        }

        public override Delegate MakeGetter(Func<int> slot) => new ValueGetter<T>((ref T value) => value = _values[slot()]);
    }

    private sealed class Vectors<T>(ValueGetter<VBuffer<T>> get, int capacity) : ColumnBuffer
    {
        private readonly VBuffer<T>[] _values = new VBuffer<T>[capacity];

        public override void Read(int slot) => get(ref _values[slot]);

        public override Delegate MakeGetter(Func<int> slot) => new ValueGetter<VBuffer<T>>((ref VBuffer<T> value) => _values[slot()].CopyTo(ref value));
    }

    // An image surely lives until the next source row only: ML.NET's own steps dispose what they are handed back.
    private sealed class Images(ValueGetter<MLImage> get, int capacity) : ColumnBuffer
    {
        private readonly MLImage?[] _values = new MLImage?[capacity];
        private MLImage _handedBack = null!;

        public override void Read(int slot)
        {
            get(ref _handedBack);
            _values[slot]?.Dispose();
            _values[slot] = _handedBack is null ? null : OwnedImage.Clone(_handedBack);
        }

        public override Delegate MakeGetter(Func<int> slot) =>
            new ValueGetter<MLImage>((ref MLImage value) => value = _values[slot()] is { } image ? OwnedImage.Clone(image) : null!);

        public override void Dispose()
        {
            foreach (var image in _values) image?.Dispose();
        }
    }
}
