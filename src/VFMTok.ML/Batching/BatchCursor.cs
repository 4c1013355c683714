using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace VFMTok.ML.Batching;

/// <summary>Takes N rows from the source, runs the network at most once for them, serves the N rows. With prefetch the next N are read and their files decoded meanwhile.</summary>
internal sealed class BatchCursor : DataViewRowCursor
{
    private readonly BatchMapper _mapper;
    private readonly DataViewRowCursor _input;
    private readonly bool[] _active;
    private readonly RowBuffer[] _buffers;
    private Task<bool>? _next; // fills the other buffer
    private TimeSpan _patience; // a share of the time that the network takes
    private int _current, _slot = -1;
    private long _position = -1;
    private bool _done, _disposed;

    public BatchCursor(BatchMapper mapper, DataViewRowCursor input, IEnumerable<DataViewSchema.Column> wanted, int capacity, bool prefetch)
    {
        (_mapper, _input) = (mapper, input);
        _active = new bool[mapper.OutputSchema.Count];
        foreach (var column in wanted) _active[column.Index] = true;
        _buffers = [.. Enumerable.Range(0, prefetch ? 2 : 1).Select(_ => new RowBuffer(mapper, input, _active, capacity))];
    }

    public override DataViewSchema Schema => _mapper.OutputSchema;

    public override long Position => _position;

    public override long Batch => 0;

    private RowBuffer Current => _buffers[_current];

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override bool MoveNext()
    {
        if (_done) return false;
        if (_slot + 1 >= Current.Count && !Advance())
        {
            (_done, _position) = (true, -1);
            return false;
        }
        _slot++;
        _position++;
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = Current.Id(Slot());

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!_active[column.Index]) throw new ArgumentException($"Column '{column.Name}' was not asked for when the cursor was made; name it among the columns needed.", nameof(column));
        var getters = _buffers.Select(b => b.MakeGetter(column.Index, Slot, RanSlot)).ToArray();
        if (getters[0] is not ValueGetter<TValue> first)
            throw new InvalidOperationException($"Column '{column.Name}' holds {getters[0].GetType().GetGenericArguments()[0]}, not {typeof(TValue)}; ask for that type.");
        if (getters.Length == 1) return first;
        var second = (ValueGetter<TValue>)getters[1];
        return (ref TValue value) =>
        {
            if (_current == 0) first(ref value);
            else second(ref value);
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (_disposed) return;
        _disposed = true;
        if (disposing)
        {
            Task.WaitAny([_next ?? Task.CompletedTask]); // waits without throwing: the reader left before a failure could matter
            foreach (var buffer in _buffers) buffer.Dispose();
            _input.Dispose();
        }
        base.Dispose(disposing);
    }

    private bool Advance()
    {
        if (_position >= 0 && !Current.IsFull) return false; // the source has ended
        if (_next is { } pending)
        {
            _next = null;
            if (!pending.GetAwaiter().GetResult()) return false;
            _current = 1 - _current;
        }
        else if (!Current.Fill()) return false;
        _slot = -1;
        return true;
    }

    private int Slot() => _slot >= 0 && !_done ? _slot : throw new InvalidOperationException("The cursor stands on no row; call MoveNext first and read only while it returns true.");

    private int RanSlot()
    {
        var slot = Slot();
        if (Current.MustRun)
        {
            Current.Prepare();
            if (_buffers.Length > 1 && _next is null && Current.IsFull) _next = Task.Run(_buffers[1 - _current].FillAhead);
            // Reading beside a network on all processors holds it up for several times as long as it takes alone (measured: 6 instead of 1 % of the time), so a quick source goes first.
            if (_next is not null && _mapper.SharesProcessors) Task.WaitAny([_next], _patience);
            var start = Stopwatch.GetTimestamp();
            Current.Run();
            _patience = Stopwatch.GetElapsedTime(start) / 4;
        }
        return slot;
    }
}
