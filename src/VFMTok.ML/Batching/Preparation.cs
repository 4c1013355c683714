using System.Runtime.ExceptionServices;

namespace VFMTok.ML.Batching;

/// <summary>Makes the rows of one batch ready for the network: on spare threads while the network runs for the rows before, and on all of them once the rows are needed.</summary>
internal sealed class Preparation(RowBatch batch, int count)
{
    private readonly object _gate = new();
    private int _next, _busy;
    private int _faultAt = int.MaxValue;
    private ExceptionDispatchInfo? _fault; // waits until an output of these rows is asked for

    /// <summary>Begins on threads that take nothing from others.</summary>
    public void Begin() => SpareThreads.Run(Help, count);

    /// <summary>Does what is left, with the help of the caller.</summary>
    public void Finish()
    {
        if (Volatile.Read(ref _next) < count) Parallel.For(0, Math.Min(count, Environment.ProcessorCount), _ => Help());
        Wait();
    }

    /// <summary>Leaves out what nobody has begun with, and waits for the rest.</summary>
    public void Stop()
    {
        lock (_gate) _next = count;
        Wait();
    }

    /// <summary>Tells of the first row that failed.</summary>
    public void ThrowIfFailed() => _fault?.Throw();

    private void Help()
    {
        while (Take() is { } slot)
        {
            ExceptionDispatchInfo? fault = null;
            try
            {
                batch.Prepare(slot);
            }
            catch (Exception e)
            {
                fault = ExceptionDispatchInfo.Capture(e);
            }
            Return(slot, fault);
        }
    }

    private int? Take()
    {
        lock (_gate)
        {
            if (_next >= count) return null;
            _busy++;
            return _next++;
        }
    }

    private void Return(int slot, ExceptionDispatchInfo? fault)
    {
        lock (_gate)
        {
            if (fault is not null && slot < _faultAt) (_fault, _faultAt) = (fault, slot);
            if (--_busy == 0) Monitor.PulseAll(_gate);
        }
    }

    private void Wait()
    {
        lock (_gate)
            while (_busy > 0) Monitor.Wait(_gate);
    }
}
