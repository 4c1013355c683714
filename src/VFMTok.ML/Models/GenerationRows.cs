using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Generation;
using VFMTok.Runtime;

namespace VFMTok.ML.Models;

/// <summary>Classes and seeds of a batch of rows, and the tokens drawn for them.</summary>
internal sealed class GenerationRows(VfmGeneratorModel generator, SamplingOptions sampling, long seed, CancellationToken cancellation, DataViewRow row, DataViewSchema.Column column, int capacity)
{
    private readonly Func<int> _label = LabelColumn.Reader(row, column, generator);
    private readonly ValueGetter<DataViewRowId> _id = row.GetIdGetter();
    private readonly int[] _classes = new int[capacity];
    private readonly long[] _seeds = new long[capacity];

    public TokenRows Tokens { get; } = new(generator.Config.TokenCount, capacity);

    public void Read(int slot)
    {
        var label = _label();
        Tokens.Missing(slot) = label < 0;
        _classes[slot] = Math.Max(label, 0);
        DataViewRowId id = default;
        _id(ref id);
        // By the row's id: the same picture whatever the batch, the neighbours and the order of the rows.
        _seeds[slot] = RowSeeds.Combine(RowSeeds.Combine(seed, (long)id.Low), (long)id.High);
    }

    public void Run(int count) => generator.Generate(_classes.AsSpan(0, count), _seeds.AsSpan(0, count), sampling, Tokens.First(count), cancellation);
}
