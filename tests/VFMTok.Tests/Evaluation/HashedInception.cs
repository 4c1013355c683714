using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Evaluation;
using VFMTok.Tests.Shared;
using static TorchSharp.torch;

namespace VFMTok.Tests.Evaluation;

/// <summary>The network with the weights that the golden rule makes of its names, and what it saw in two small images: one forward for all tests.</summary>
public sealed class HashedInception : IDisposable
{
    private const string SpatialLayer = "Mixed_6d.branch1x1";

    public HashedInception()
    {
        using var scope = NewDisposeScope();
        Network = new InceptionV3();
        HashWeights.Fill(StateDict.Of(Network, InceptionV3.Names), "", seed: 5, Math.Sqrt(2)); // keeps the spread of what ReLU lets through
        Images = Pattern(2, 60, 84);
        var hooks = Network.named_modules().Where(m => !m.name.Contains('.') || m.name == SpatialLayer).Select(m => (m.module as nn.Module<Tensor, Tensor>)?.register_forward_hook((_, _, y) =>
        {
            Sides[m.name] = y.shape;
            if (m.name == SpatialLayer) Spatial = y.clone().DetachFromDisposeScope();
            return null!;
        })).ToArray();
        Features = Network.call(Images);
        foreach (var hook in hooks) hook?.remove(); // later forwards are not seen
        foreach (var tensor in new[] { Images, Features.Pool, Features.Spatial, Features.Logits }) tensor.DetachFromDisposeScope();
    }

    internal InceptionV3 Network { get; }

    internal Tensor Images { get; }

    internal InceptionFeatures Features { get; }

    /// <summary>Shape of what each layer of the stem and each block gave.</summary>
    internal Dictionary<string, long[]> Sides { get; } = [];

    /// <summary>What the layer gave that the spatial features are taken from.</summary>
    internal Tensor Spatial { get; private set; } = null!;

    public void Dispose()
    {
        foreach (var tensor in new[] { Images, Spatial, Features.Pool, Features.Spatial, Features.Logits }) tensor.Dispose();
        Network.Dispose();
    }

    private static Tensor Pattern(int count, int height, int width)
    {
        var bytes = new byte[count * 3 * height * width];
        var i = 0;
        for (var b = 0; b < count; b++)
            for (var c = 0; c < 3; c++)
                for (var y = 0; y < height; y++)
                    for (var x = 0; x < width; x++) bytes[i++] = (byte)(7 * x + 13 * y + 29 * c + 5 * (x * y % 31) + 101 * b);
        return tensor(bytes, [count, 3, height, width]);
    }
}
