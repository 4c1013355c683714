using VFMTok.Runtime;

namespace VFMTok.Training;

/// <summary>How training images are read beside the network.</summary>
/// <param name="Threads">Besides the caller's own, which helps while it waits for a batch.</param>
/// <param name="Batches">Read before they are asked for, as many as memory allows; with 0 the threads work only while the caller waits.</param>
/// <param name="MostBytes">Of all buffers together. One batch is always held, whatever its size; each thread needs room for one decoded image besides.</param>
internal sealed record ReadAhead(int Threads, int Batches, long MostBytes = ReadAhead.DefaultBytes)
{
    private const long DefaultBytes = 1L << 30;
    private const int MostThreads = 16, BatchesOnGpu = 2;

    /// <summary>What the options say; what they leave open, as it was measured to be best.</summary>
    /// <remarks>
    /// A network on the CPU uses all cores itself. Images of 2000 x 1500 pixels, Tiny, two cores: a step took 0.63 of its time when a second thread read between two steps, and 0.77 when it read
    /// ahead, with a quarter more processor time, because libtorch's threads wait for each other the longer. Smaller pictures: no difference beyond noise. On a GPU the cores are free.
    /// </remarks>
    public static ReadAhead For(TokenizerTrainingOptions options, ITrainingImages images, ComputeDevice device)
    {
        var decoded = images is TrainingImages { AreDecoded: true };
        var threads = decoded && device.Gpu is null ? 0 : Math.Min(Environment.ProcessorCount - 1, MostThreads);
        return new ReadAhead(options.ReadThreads ?? threads, options.ReadAhead ?? (device.Gpu is null ? 0 : BatchesOnGpu));
    }

    /// <summary>Buffers for batches of the given size, the caller's among them.</summary>
    public int Buffers(long batchBytes) => Threads == 0 ? 1 : (int)Math.Clamp(MostBytes / batchBytes, 1, Batches + 1);
}
