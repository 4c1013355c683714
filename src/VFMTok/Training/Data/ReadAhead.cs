using VFMTok.Runtime;

namespace VFMTok.Training;

/// <summary>How training images are read while the network works.</summary>
/// <param name="Threads">Besides the caller's own, which helps while it waits.</param>
/// <param name="Batches">Read before they are asked for, as many as memory allows.</param>
/// <param name="MostBytes">Of all buffers together. One batch is always held, whatever its size.</param>
internal sealed record ReadAhead(int Threads, int Batches, long MostBytes = ReadAhead.DefaultBytes)
{
    public const long DefaultBytes = 1L << 30;

    /// <summary>What the options say, or what was measured to be best.</summary>
    public static ReadAhead For(TokenizerTrainingOptions options, ITrainingImages images, ComputeDevice device)
    {
        return new ReadAhead(options.ReadThreads ?? 0, options.ReadAhead ?? 0);
    }

    /// <summary>Buffers for batches of the given size, the caller's among them.</summary>
    public int Buffers(long batchBytes) => Threads == 0 ? 1 : (int)Math.Clamp(MostBytes / batchBytes, 1, Batches + 1);
}
