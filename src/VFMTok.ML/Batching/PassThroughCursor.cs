using Microsoft.ML;
using Microsoft.ML.Data;

namespace VFMTok.ML.Batching;

/// <summary>Serves source columns under the output schema when no output column was asked for: the network is not touched.</summary>
internal sealed class PassThroughCursor(DataViewSchema schema, DataViewRowCursor input) : DataViewRowCursor
{
    public override DataViewSchema Schema => schema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool MoveNext() => input.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < input.Schema.Count && input.IsColumnActive(input.Schema[column.Index]);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => column.Index < input.Schema.Count
        ? input.GetGetter<TValue>(input.Schema[column.Index])
        : throw new ArgumentException($"Column '{column.Name}' was not asked for when the cursor was made; name it among the columns needed.", nameof(column));

    protected override void Dispose(bool disposing)
    {
        if (disposing) input.Dispose();
        base.Dispose(disposing);
    }
}
