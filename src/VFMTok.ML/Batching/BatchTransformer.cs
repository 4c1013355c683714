using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.ML.Batching;
using VFMTok.ML.Interop;
using VFMTok.Runtime;

namespace VFMTok.ML;

/// <summary>A transformer that runs a network on batches of rows behind a lazy view, and on one row at a time under a <c>PredictionEngine</c>.</summary>
/// <remarks>Safe for several cursors and threads at once. Dispose it, or the chain or engine that owns it, to let go of the network.</remarks>
public abstract class BatchTransformer : ITransformer, IDisposable
{
    private protected BatchTransformer(VfmBatchOptions options)
    {
        options.Validate();
        (BatchSize, Prefetch, Precision) = (options.BatchSize, options.Prefetch, options.Precision);
    }

    /// <summary>Rows per run of the network.</summary>
    public int BatchSize { get; }

    /// <summary>Whether the next rows are read, and their files decoded, while the network runs.</summary>
    public bool Prefetch { get; }

    /// <summary>What the products of the networks that see or make images compute in.</summary>
    public Precision Precision { get; }

    /// <summary>Always true: each row is mapped by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>Schema after this step.</summary>
    /// <param name="inputSchema">Schema before it.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    /// <summary>A lazy view with the output column added.</summary>
    /// <param name="input">The source.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    public IDataView Transform(IDataView input) => new BatchedDataView(input, Bind(input.Schema), BatchSize, Prefetch);

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new RowMapper(Bind(inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx) => Save(ctx);

    /// <summary>Gives up this transformer's reference to its networks.</summary>
    public abstract void Dispose();

    private protected abstract BatchMapper Bind(DataViewSchema input);

    private protected abstract void Save(ModelSaveContext context);

    private protected void WriteBatch(BinaryWriter writer)
    {
        writer.Write(BatchSize);
        writer.Write(Prefetch);
        writer.Write((byte)Precision);
    }

    private protected static TOptions ReadBatch<TOptions>(BinaryReader reader, uint version, TOptions options) where TOptions : VfmBatchOptions
    {
        (options.BatchSize, options.Prefetch) = (reader.ReadInt32(), reader.ReadBoolean());
        if (version >= MlNet.PrecisionVersion) options.Precision = SettingsReader.Defined((Precision)reader.ReadByte());
        return options;
    }
}
