using Microsoft.ML;
using Microsoft.ML.Data;

namespace VFMTok.ML.Batching;

/// <summary>One batch of a cursor: row ids, copied pass-through columns, and the network's batch.</summary>
internal sealed class RowBuffer : IDisposable
{
    private readonly DataViewRowCursor _input;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly DataViewRowId[] _ids;
    private readonly ColumnBuffer?[] _columns;
    private readonly RowBatch _batch;
    private Preparation? _preparation;
    private bool _ran;

    public RowBuffer(BatchMapper mapper, DataViewRowCursor input, bool[] active, int capacity)
    {
        (_input, _id, _ids) = (input, input.GetIdGetter(), new DataViewRowId[capacity]);
        _columns = [.. mapper.InputSchema.Select(c => active[c.Index] ? ColumnBuffer.Create(input, c, capacity) : null)];
        _batch = mapper.CreateBatch(input, capacity);
    }

    public int Count { get; private set; }

    public bool IsFull => Count == _ids.Length;

    /// <summary>Takes the next rows of the source.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Fill()
    {
        _preparation?.Stop();
        _ran = false;
        for (Count = 0; Count < _ids.Length && _input.MoveNext(); Count++)
        {
            _id(ref _ids[Count]);
            foreach (var column in _columns) column?.Read(Count);
            _batch.Read(Count);
        }
        _preparation = _batch.Prepares && Count > 0 ? new Preparation(_batch, Count) : null;
        return Count > 0;
    }

    /// <summary>Takes the next rows and begins to make them ready for the network.</summary>
    /// <returns>Whether there was one.</returns>
    public bool FillAhead()
    {
        var any = Fill();
        _preparation?.Begin();
        return any;
    }

    /// <summary>Makes the rows ready for the network. A failure is told by <see cref="Run"/>.</summary>
    public void Prepare() => _preparation?.Finish();

    /// <summary>Whether the network has still to run.</summary>
    public bool MustRun => !_ran;

    public void Run()
    {
        _preparation?.ThrowIfFailed();
        _batch.Run(Count);
        _ran = true;
    }

    public DataViewRowId Id(int slot) => _ids[slot];

    /// <param name="column">Index in the output schema.</param>
    /// <param name="slot">The current slot, for source columns.</param>
    /// <param name="ranSlot">The current slot of a batch that has run, for outputs.</param>
    public Delegate MakeGetter(int column, Func<int> slot, Func<int> ranSlot) =>
        column < _columns.Length ? _columns[column]!.MakeGetter(slot) : _batch.MakeGetter(column - _columns.Length, ranSlot);

    public void Dispose()
    {
        _preparation?.Stop();
        _batch.Dispose();
        foreach (var column in _columns) column?.Dispose();
    }
}
