using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Generation;

namespace VFMTok.ML.Models;

/// <summary>Classes and seeds of a batch of rows, and the tokens drawn for them.</summary>
internal sealed class GenerationRows(VfmGeneratorModel generator, VfmGenerateOptions options, DataViewRow row, DataViewSchema.Column column, int capacity)
{
    private readonly LabelReader _label = new(row, column, generator, options.UnknownLabels);
    private readonly ValueGetter<DataViewRowId> _id = row.GetIdGetter();
    private readonly int[] _classes = new int[capacity];
    private readonly long[] _seeds = new long[capacity];
    private readonly string?[] _faults = new string?[capacity];

    public TokenRows Tokens { get; } = new(generator.Config.TokenCount, capacity);

    public void Read(int slot)
    {
        _classes[slot] = _label.Read(out _faults[slot]);
        DataViewRowId id = default;
        _id(ref id);
        _seeds[slot] = VfmPictureSeeds.Of(options.Seed, id); // the same picture whatever the batch, the neighbours and the order of the rows
    }

    public void Run(int count) => generator.Generate(_classes.AsSpan(0, count), _seeds.AsSpan(0, count), options.Sampling, Tokens.First(count), options.Cancellation);

    /// <summary>The current slot, if its label is one.</summary>
    public Func<int> Labelled(Func<int> slot) => () =>
    {
        var current = slot();
        return _faults[current] is { } fault ? throw new InvalidOperationException(fault) : current;
    };
}
