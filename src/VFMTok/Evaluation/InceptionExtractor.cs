using System.Runtime.InteropServices;
using VFMTok.Checkpoints;
using VFMTok.Imaging;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Evaluation;

/// <summary><see cref="InceptionV3"/> as a feature extractor.</summary>
internal sealed class InceptionExtractor : FeatureExtractor
{
    /// <summary>What the network and its Frechet distance are called.</summary>
    public const string NetworkName = "Inception-v3", Distance = "FID";

    private readonly InceptionV3 _network;
    private readonly Device _device;
    private readonly Lock _turn = new();

    public InceptionExtractor(string path, ComputeDevice device)
    {
        NativeBackend.EnsureLoaded();
        _device = device.Torch;
        _network = InceptionV3.Load(path, _device);
        _network.eval();
        IFreezable.Freeze(_network);
        Hash = StateDict.Hash(nameof(InceptionV3), StateDict.Of(_network, InceptionV3.Names));
    }

    public override string Name => NetworkName;

    public override string Hash { get; }

    public override string DistanceName => Distance;

    public override int Width => InceptionV3.Width;

    public override int SpatialWidth => InceptionV3.SpatialWidth;

    public override int Classes => InceptionV3.Classes;

    private protected override void Fill(RgbImage[] images, ImageFeatures features, int first)
    {
        lock (_turn)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var (height, width) = (images[0].Height, images[0].Width);
            var pixels = tensor(RgbImage.Concatenate(images), images.Length, height, width, 3).to(_device);     // [B, H, W, 3]
            var seen = _network.call(pixels.permute(0, 3, 1, 2));
            Copy(seen.Pool, features.Pooled.AsSpan(first * Width));
            Copy(seen.Spatial, features.Spatial.AsSpan(first * SpatialWidth));
            Copy(seen.Logits, features.Logits.AsSpan(first * Classes));
        }
    }

    protected override void Dispose(bool disposing) => _network.Dispose();

    private static void Copy(Tensor from, Span<float> to) => MemoryMarshal.Cast<byte, float>(from.cpu().contiguous().bytes).CopyTo(to);
}
