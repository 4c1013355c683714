using Microsoft.ML;
using Microsoft.ML.Data;

namespace VFMTok.ML.Batching;

/// <summary>A lazy view that runs a network on batches of rows, at most once per batch and only when an output value is asked for.</summary>
/// <remarks>It is an <c>IDataTransform</c> because ONNX export walks those: so the export stops with an error instead of taking the outputs for inputs of the graph.</remarks>
internal sealed class BatchedDataView(IDataView source, BatchMapper mapper, int batchSize, bool prefetch) : IDataTransform
{
    public IDataView Source => source;

    // One source cursor: shuffling is free.
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("A view cannot be saved; save the transformer that made it.");

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var wanted = columnsNeeded.ToArray();
        var input = source.GetRowCursor(mapper.Needed(wanted), source.CanShuffle ? rand : null);
        if (!mapper.AnyOutput(wanted)) return new PassThroughCursor(mapper.OutputSchema, input);
        try
        {
            return new BatchCursor(mapper, input, wanted, batchSize, prefetch);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var wanted = columnsNeeded.ToArray();
        if (mapper.AnyOutput(wanted)) return [GetRowCursor(wanted, rand)]; // a set may be smaller than n
        return [.. source.GetRowCursorSet(mapper.Needed(wanted), n, source.CanShuffle ? rand : null).Select(c => new PassThroughCursor(mapper.OutputSchema, c))];
    }
}
