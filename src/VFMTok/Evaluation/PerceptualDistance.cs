using System.Runtime.InteropServices;
using VFMTok.Checkpoints;
using VFMTok.Imaging;
using VFMTok.Runtime;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Evaluation;

/// <summary>LPIPS as a measure: the distance of two images in the features of VGG-16 (arXiv 1801.03924). 0 for equal images; lower is better. Without the dropout that it has as a training loss.</summary>
public sealed class PerceptualDistance : IDisposable
{
    /// <summary>Pairs that go through the network together.</summary>
    internal const int PairsTogether = 4;

    /// <summary>Shortest side: the network halves images four times.</summary>
    public const int SmallestSide = 16;

    private readonly LearnedPerceptualLoss _network;
    private readonly Device _device;
    private readonly Lock _turn = new();

    private PerceptualDistance(LearnedPerceptualLoss network, Device device)
    {
        (_network, _device) = (network, device);
        _network.eval();
        Hash = StateDict.Hash(nameof(LearnedPerceptualLoss), StateDict.Of(_network, LearnedPerceptualLoss.Names));
    }

    /// <summary>Content hash of the network.</summary>
    public string Hash { get; }

    /// <summary>Loads the network.</summary>
    /// <param name="path">VGG-16 and the linear heads in one file, as <c>vfmtok import --perceptual</c> makes it.</param>
    /// <param name="device">Where to run; default CPU.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidCheckpointException">It is not that network, or damaged.</exception>
    public static PerceptualDistance Load(string path, ComputeDevice? device = null)
    {
        NativeBackend.EnsureLoaded();
        var place = (device ?? ComputeDevice.Cpu).Torch;
        return new PerceptualDistance(LearnedPerceptualLoss.Load(path, place), place);
    }

    /// <summary>Distance of two images.</summary>
    /// <param name="original">16 x 16 pixels at least.</param>
    /// <param name="reconstruction">Of the same size.</param>
    /// <exception cref="ArgumentException">The sizes differ or are too small.</exception>
    public double Of(RgbImage original, RgbImage reconstruction) => Of([original], [reconstruction])[0];

    /// <summary>Distances of pairs of images.</summary>
    /// <param name="originals">All of one size, 16 x 16 pixels at least.</param>
    /// <param name="reconstructions">As many, of the same size.</param>
    /// <exception cref="ArgumentException">Numbers or sizes differ, or are too small.</exception>
    public double[] Of(IReadOnlyList<RgbImage> originals, IReadOnlyList<RgbImage> reconstructions)
    {
        ArgumentNullException.ThrowIfNull(originals);
        ArgumentNullException.ThrowIfNull(reconstructions);
        if (originals.Count != reconstructions.Count) throw new ArgumentException($"There are {originals.Count} originals and {reconstructions.Count} reconstructions; give one for each.", nameof(reconstructions));
        foreach (var image in originals.Concat(reconstructions)) Require(image, originals[0]);
        var distances = new double[originals.Count];
        lock (_turn)
            for (var first = 0; first < distances.Length; first += PairsTogether)
            {
                using var scope = NewDisposeScope();
                using var noGradient = no_grad();
                var count = Math.Min(PairsTogether, distances.Length - first);
                var values = _network.call(ToTensor(originals, first, count), ToTensor(reconstructions, first, count));      // [B, 1, 1, 1]
                var floats = MemoryMarshal.Cast<byte, float>(values.cpu().contiguous().bytes);
                for (var i = 0; i < count; i++) distances[first + i] = floats[i];
            }
        return distances;
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _network.Dispose();

    private Tensor ToTensor(IReadOnlyList<RgbImage> images, int first, int count)
    {
        var bytes = empty([count, images[0].Height, images[0].Width, 3], dtype: ScalarType.Byte);
        var size = images[0].Pixels.Length;
        for (var i = 0; i < count; i++) images[first + i].Pixels.CopyTo(bytes.bytes[(i * size)..]);
        return bytes.to(_device).permute(0, 3, 1, 2).to(ScalarType.Float32).Over(255).Minus(0.5).Over(0.5);                   // [B, 3, H, W] in [-1, 1]
    }

    private static void Require(RgbImage image, RgbImage first)
    {
        if ((image.Width, image.Height) != (first.Width, first.Height))
            throw new ArgumentException($"Images of {first.Width} x {first.Height} and {image.Width} x {image.Height} pixels cannot be compared together; give images of the same size.");
        RequireSize(image);
    }

    /// <summary>Checks that an image is large enough.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    internal static void RequireSize(RgbImage image)
    {
        if (Math.Min(image.Width, image.Height) < SmallestSide)
            throw new ArgumentException($"LPIPS sees images of {SmallestSide} x {SmallestSide} pixels and more and was given {image.Width} x {image.Height}; give larger ones.");
    }
}
