using System.Diagnostics;
using System.Runtime.InteropServices;

namespace VFMTok.Cli;

/// <summary>Turns Ctrl-C and the termination signal into a cancellation, so that a training writes its checkpoint and ends in order. A second Ctrl-C ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    // Launchers such as timeout and srun signal the process and its group: the same signal comes twice within moments.
    private static readonly TimeSpan Echo = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _source = new();
    private readonly Stopwatch _sinceFirst = new();
    private readonly PosixSignalRegistration[] _signals;

    public Interruption() => _signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            var again = _sinceFirst.IsRunning && _sinceFirst.Elapsed > Echo;
            Cancel(context);
            context.Cancel = !again;
        }),
    ];

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        _source.Dispose();
    }

    private void Cancel(PosixSignalContext context)
    {
        context.Cancel = true;
        _sinceFirst.Start();
        _source.Cancel();
    }
}
