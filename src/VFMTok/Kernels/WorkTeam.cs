namespace VFMTok.Kernels;

/// <summary>Does work that comes in phases, each of independent parts, on this thread and on helpers from the thread pool.</summary>
/// <remarks>
/// Parts are claimed one by one, so whoever has time does them: helpers that come late, or never because the pool is busy with other things, cost time but never a standstill. Between two phases,
/// which follow each other within microseconds, a participant spins briefly and then yields its core.
/// </remarks>
internal sealed class WorkTeam : IThreadPoolWorkItem
{
    private readonly int[] _parts, _claimed, _done;
    private readonly Action<int, int> _work;
    private Exception? _failure;
    private int _phase;

    private WorkTeam(int[] parts, Action<int, int> work)
    {
        (_parts, _work) = (parts, work);
        (_claimed, _done) = (new int[parts.Length], new int[parts.Length]);
    }

    /// <summary>Runs all phases, one after the other.</summary>
    /// <param name="threads">At most this many, this one included.</param>
    /// <param name="parts">Parts of each phase, at least one.</param>
    /// <param name="work">Does a part of a phase: (phase, part). A part may rely on all phases before.</param>
    public static void Run(int threads, int[] parts, Action<int, int> work)
    {
        var team = new WorkTeam(parts, work);
        for (var helper = 1; helper < threads; helper++) ThreadPool.UnsafeQueueUserWorkItem(team, preferLocal: false);
        team.Execute();
        if (team._failure is { } failure) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    /// <inheritdoc/>
    public void Execute()
    {
        int phase;
        while ((phase = Volatile.Read(ref _phase)) < _parts.Length)
        {
            for (int part; (part = Interlocked.Increment(ref _claimed[phase]) - 1) < _parts[phase];)
            {
                try
                {
                    if (_failure is null) _work(phase, part);
                }
                catch (Exception e)
                {
                    _failure = e; // the rest is skipped, and the caller told
                }
                if (Interlocked.Increment(ref _done[phase]) == _parts[phase]) Volatile.Write(ref _phase, phase + 1);
            }
            var wait = new SpinWait();
            while (Volatile.Read(ref _phase) == phase) wait.SpinOnce(sleep1Threshold: -1);
        }
    }
}
