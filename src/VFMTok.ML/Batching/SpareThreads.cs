using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace VFMTok.ML.Batching;

/// <summary>Threads for work that nobody waits for yet: they get what other threads leave of the processors.</summary>
/// <remarks>A network on a CPU has a thread on every core, and they wait for each other after every operation: a decoder of the same priority on one of the cores stops them all.
/// Measured on two cores with decoding at a third of the network's time: 1.13 x the time of doing one after the other with equal priorities, about 1 x with low ones (docs/benchmarks.md).</remarks>
internal static class SpareThreads
{
    private const int Nicest = 19;

    private static readonly Lazy<BlockingCollection<Action>> Queue = new(Start);

    /// <summary>Runs work on several threads at once; it must not throw.</summary>
    /// <param name="work">Work that can be shared: each thread calls it once.</param>
    /// <param name="threads">How many, at most one for each core.</param>
    public static void Run(Action work, int threads)
    {
        for (var i = Math.Min(threads, Environment.ProcessorCount); i > 0; i--) Queue.Value.Add(work);
    }

    private static BlockingCollection<Action> Start()
    {
        var queue = new BlockingCollection<Action>();
        for (var i = 0; i < Environment.ProcessorCount; i++) new Thread(() => Work(queue)) { IsBackground = true, Name = "VFMTok spare", Priority = ThreadPriority.Lowest }.Start();
        return queue;
    }

    private static void Work(BlockingCollection<Action> queue)
    {
        if (OperatingSystem.IsLinux()) _ = SetPriority(0, 0, Nicest); // of this thread; .NET's own priorities do nothing on Linux
        foreach (var work in queue.GetConsumingEnumerable()) work();
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    private static extern int SetPriority(int which, int who, int nice);
}
