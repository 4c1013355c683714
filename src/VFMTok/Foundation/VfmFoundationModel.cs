using System.Runtime.InteropServices;
using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Foundation;

/// <summary>A frozen vision foundation model: images to features.</summary>
public sealed class VfmFoundationModel : SharedModel
{
    private const string Kind = "foundation";
    private const string TinyWeights = "VFMTok.Foundation.Weights.tiny.safetensors";

    private readonly VisionTransformer _network;

    internal VfmFoundationModel(VisionTransformer network, int imageSize, ComputeDevice device)
        : base(network, VisionTransformer.Names, Describe(network.Config, imageSize), device) =>
        (_network, ImageSize) = (network, imageSize);

    /// <summary>Size and variant.</summary>
    public VisionTransformerConfig Config => _network.Config;

    /// <summary>Side of the square images that it sees, pixels.</summary>
    public int ImageSize { get; }

    /// <summary>Length of a feature vector: the class token, then the mean of the patch tokens (the DINOv2 linear-probe protocol).</summary>
    public int FeatureCount => 2 * Config.Width;

    internal VisionTransformer Network => _network;

    /// <summary>The small model whose weights ship with the library, so that a first run needs no download.</summary>
    /// <remarks>It is no DINOv2 model: 64 px, pretrained by self-distillation on drawn pictures without labels (docs/foundation.md). Good for trying things out, and for tests.</remarks>
    /// <param name="device">Where to run; default CPU.</param>
    public static VfmFoundationModel Tiny(ComputeDevice? device = null)
    {
        using var stream = typeof(VfmFoundationModel).Assembly.GetManifestResourceStream(TinyWeights)
            ?? throw new InvalidOperationException("The weights of the tiny foundation model are not in this build of the library; use a complete package.");
        return Load(stream, "the tiny foundation model", device);
    }

    /// <summary>Loads a model from a file that <see cref="SharedModel.Save(string)"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="Checkpoints.InvalidCheckpointException">It is no sound foundation model.</exception>
    public static VfmFoundationModel Load(string path, ComputeDevice? device = null)
    {
        using var stream = Open(path);
        return Load(stream, Path.GetFileName(path), device);
    }

    /// <summary>Loads a model from a seekable stream.</summary>
    /// <param name="stream">Seekable.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="device">Where to run; default CPU.</param>
    public static VfmFoundationModel Load(Stream stream, string name, ComputeDevice? device = null) =>
        Load<VisionTransformerConfig, VfmFoundationModel>(stream, name, Kind, (config, facts) =>
        {
            var network = new VisionTransformer(config);
            return (network, VisionTransformer.Names, () => new VfmFoundationModel(network, ParseSize(facts, config), device ?? ComputeDevice.Cpu));
        });

    /// <summary>Features of images.</summary>
    /// <param name="rgb">count images of ImageSize x ImageSize RGB bytes, rows top-down.</param>
    /// <param name="count">Images.</param>
    /// <param name="features">count * FeatureCount floats.</param>
    /// <param name="precision">What products compute in.</param>
    /// <exception cref="ArgumentException">A buffer has the wrong length.</exception>
    public void Featurize(ReadOnlySpan<byte> rgb, int count, Span<float> features, Precision precision = Precision.Float32)
    {
        Pixels.RequireLength(features.Length, (long)count * FeatureCount, nameof(features));
        Run(precision, rgb, features, (pixels, result) =>
        {
            var (bytes, most) = (ImageSize * ImageSize * 3, _network.Config.ImagesTogether(ImageSize, Device));
            for (var first = 0; first < count; first += most)
            {
                using var scope = NewDisposeScope();
                var together = Math.Min(most, count - first);
                var images = Pixels.ToImages(pixels.Slice(first * bytes, together * bytes), together, ImageSize, Device.Torch);
                var tokens = _network.Tokens(FoundationInput.Normalise(images));                                            // [B, 1 + R + N, C]
                var joined = cat([tokens.select(1, 0), _network.Patches(tokens).mean([1])], 1);                             // [B, 2C]
                MemoryMarshal.Cast<byte, float>(joined.cpu().contiguous().bytes).CopyTo(result[(first * FeatureCount)..]);
            }
        });
    }

    internal static ModelMetadata Describe(VisionTransformerConfig config, int imageSize) => ModelMetadata.Of(Kind, config, new Dictionary<string, string> { ["imageSize"] = imageSize.ToString() });

    private static int ParseSize(IReadOnlyDictionary<string, string> facts, VisionTransformerConfig config) =>
        facts.TryGetValue("imageSize", out var text) && int.TryParse(text, out var size) && size > 0 && size <= 8192 && size % config.PatchSize == 0 ? size
            : throw new ArgumentException($"imageSize must be a multiple of the patch size {config.PatchSize}");
}
