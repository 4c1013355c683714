using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Generation;

/// <summary>Writes any number of images in batches that fit into memory and whose size no image can feel.</summary>
/// <remarks>On the CPU rows are computed independently of each other (<see cref="IndependentRows"/>). An accelerator chooses kernels, and with them the order of summation, by the number of rows:
/// there every batch has the same number, the last one is filled up. The memory holds the keys and values of all positions, so large networks write fewer images at once.</remarks>
internal static class ImageBatches
{
    private const long CacheBytes = 2L << 30;
    private const int Most = 32;

    /// <summary>Images per batch: depends on the network and on whether it is guided, never on the images.</summary>
    public static int Size(GeneratorConfig config, bool guided)
    {
        var image = 2L * config.Depth * config.KeyValueHeadCount * config.HeadWidth * config.TokenCount * sizeof(float) * (guided ? 2 : 1);
        return (int)Math.Clamp(CacheBytes / image, 1, Most);
    }

    /// <summary>Writes one batch.</summary>
    /// <param name="network">In evaluation mode.</param>
    /// <param name="classes">[count] in [0, ClassCount].</param>
    /// <param name="seeds">[count]</param>
    /// <param name="rows">Rows to compute: at least count. Those too many repeat the first image.</param>
    /// <param name="options">How to draw.</param>
    /// <param name="device">Where the network is.</param>
    /// <param name="written">Sees the codes of every position; null spares the way to the host.</param>
    /// <param name="cancellation">Checked before every code.</param>
    /// <returns>[count, N]</returns>
    public static int[] Write(GeneratorNetwork network, ReadOnlySpan<int> classes, ReadOnlySpan<long> seeds, int rows, SamplingOptions options, Device device,
        Action<int, int[]>? written, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (count, length) = (classes.Length, network.Config.TokenCount);
        var labels = new int[rows];
        classes.CopyTo(labels);
        labels.AsSpan(count).Fill(labels[0]);
        var numbers = new float[rows * length];
        RowSeeds.Uniform(seeds, length).CopyTo(numbers, 0);
        var codes = CodeSampler.Sample(CodeSources.Of(network, options, device), Pixels.ToIndices(labels, [rows], device), tensor(numbers, [rows, length]).to(device), options, cancellation,
            written: written is null ? null : (position, step) => written(position, Host(step.narrow(0, 0, count))));
        return Host(codes.narrow(0, 0, count));
    }

    private static int[] Host(Tensor integers)
    {
        var values = new int[integers.numel()];
        Pixels.CopyTo(integers, values);
        return values;
    }
}
