using Microsoft.ML;

namespace VFMTok.ML.Batching;

/// <summary>What a batched transformer does, bound to one input schema. Stateless, shared by all cursors.</summary>
internal abstract class BatchMapper
{
    /// <param name="input">Schema of the source.</param>
    /// <param name="inputs">Columns of it that the network reads.</param>
    /// <param name="outputs">Columns it adds, after those of the source; a repeated name hides the earlier column.</param>
    protected BatchMapper(DataViewSchema input, IReadOnlyList<DataViewSchema.Column> inputs, params DataViewSchema.DetachedColumn[] outputs)
    {
        (InputSchema, Inputs) = (input, inputs);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input); // keep their indices
        builder.AddColumns(outputs);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IReadOnlyList<DataViewSchema.Column> Inputs { get; }

    /// <summary>Whether the network runs where the source is read: on the CPU.</summary>
    public virtual bool SharesProcessors => true;

    /// <summary>Scratch state of one cursor; one thread at a time uses it, not always the same one.</summary>
    public abstract RowBatch CreateBatch(DataViewRow input, int capacity);

    /// <summary>Whether any of these columns comes from the network.</summary>
    public bool AnyOutput(IEnumerable<DataViewSchema.Column> columns) => columns.Any(c => c.Index >= InputSchema.Count);

    /// <summary>Source columns needed to serve these: those that pass through and, if an output is among them, what the network reads.</summary>
    public IEnumerable<DataViewSchema.Column> Needed(IEnumerable<DataViewSchema.Column> columns)
    {
        var wanted = columns.Select(c => c.Index).ToHashSet();
        var anyOutput = wanted.Any(i => i >= InputSchema.Count);
        return InputSchema.Where(c => wanted.Contains(c.Index) || (anyOutput && Inputs.Any(i => i.Index == c.Index)));
    }
}
