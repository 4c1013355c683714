using System.Runtime.InteropServices;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tokenizer;

/// <summary>A trained tokenizer: square images to tokens, tokens to images.</summary>
public sealed class VfmTokenizerModel : SharedModel
{
    private const string Kind = "tokenizer";

    private readonly VfmTokenizer _network;

    internal VfmTokenizerModel(VfmTokenizer network, ComputeDevice device)
        : base(network, VfmTokenizer.Names, Describe(network.Config), device) => _network = network;

    /// <summary>Sizes.</summary>
    public TokenizerConfig Config => _network.Config;

    internal VfmTokenizer Network => _network;

    internal static ModelMetadata Describe(TokenizerConfig config) => ModelMetadata.Of(Kind, config, new Dictionary<string, string>());

    /// <summary>Loads a model from a file that <see cref="SharedModel.Save(string)"/> wrote.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <param name="device">Where to run; default CPU.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="Checkpoints.InvalidCheckpointException">It is no sound tokenizer.</exception>
    public static VfmTokenizerModel Load(string path, ComputeDevice? device = null)
    {
        using var stream = Open(path);
        return Load(stream, Path.GetFileName(path), device);
    }

    /// <summary>Loads a model from a seekable stream.</summary>
    /// <param name="stream">Seekable.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="device">Where to run; default CPU.</param>
    /// <exception cref="Checkpoints.InvalidCheckpointException">It is no sound tokenizer.</exception>
    public static VfmTokenizerModel Load(Stream stream, string name, ComputeDevice? device = null) =>
        Load<TokenizerConfig, VfmTokenizerModel>(stream, name, Kind, (config, _) =>
        {
            var network = new VfmTokenizer(config);
            return (network, VfmTokenizer.Names, () => new VfmTokenizerModel(network, device ?? ComputeDevice.Cpu));
        });

    /// <summary>Images to tokens (paper section 3.2).</summary>
    /// <param name="rgb">count images of ImageSize x ImageSize RGB bytes, rows top-down.</param>
    /// <param name="count">Images.</param>
    /// <param name="tokens">count * SlotCount tokens to fill, each in [0, CodebookSize).</param>
    /// <param name="precision">What products compute in; float32 gives exact codes.</param>
    /// <exception cref="ArgumentException">A buffer has the wrong length.</exception>
    public void Encode(ReadOnlySpan<byte> rgb, int count, Span<int> tokens, Precision precision = Precision.Float32)
    {
        Pixels.RequireLength(tokens.Length, (long)count * Config.SlotCount, nameof(tokens));
        Run(precision, rgb, tokens, (pixels, result) => InGroups(pixels, count, Config.SlotCount, result, _network.Encode));
    }

    /// <summary>Images to several sequences of tokens each: those of <see cref="Encode"/>, the second nearest codes, and so on. The random-order generator learns from two (spec 11).</summary>
    /// <param name="rgb">count images of ImageSize x ImageSize RGB bytes, rows top-down.</param>
    /// <param name="count">Images.</param>
    /// <param name="ranks">Sequences of each image; 1 to CodebookSize.</param>
    /// <param name="tokens">count * ranks * SlotCount tokens to fill, image after image and of each rank after rank, each in [0, CodebookSize).</param>
    /// <param name="precision">What products compute in; float32 gives exact codes.</param>
    /// <exception cref="ArgumentException">A buffer has the wrong length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are not that many ranks.</exception>
    public void EncodeRanks(ReadOnlySpan<byte> rgb, int count, int ranks, Span<int> tokens, Precision precision = Precision.Float32)
    {
        if (ranks < 1 || ranks > Config.CodebookSize) throw new ArgumentOutOfRangeException(nameof(ranks), ranks, $"{ranks} ranks are out of range; allowed are 1 to the {Config.CodebookSize} codes.");
        Pixels.RequireLength(tokens.Length, (long)count * ranks * Config.SlotCount, nameof(tokens));
        Run(precision, rgb, tokens, (pixels, result) => InGroups(pixels, count, ranks * Config.SlotCount, result, images => _network.EncodeRanks(images, ranks)));
    }

    /// <summary>Tokens to the vectors that stand for them in the codebook: what a decoder sees, and features for other learners.</summary>
    /// <param name="tokens">Any number of tokens.</param>
    /// <param name="vectors">CodeWidth floats per token to fill, each vector of length 1.</param>
    /// <exception cref="ArgumentException">The buffer has the wrong length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in [0, CodebookSize).</exception>
    public void Embed(ReadOnlySpan<int> tokens, Span<float> vectors)
    {
        Pixels.RequireLength(vectors.Length, (long)tokens.Length * Config.CodeWidth, nameof(vectors));
        Shapes.RequireRange(tokens, Config.CodebookSize, "Token", nameof(tokens));
        Run(Precision.Float32, tokens, vectors, (indices, result) =>
        {
            var codes = _network.Quantizer.Lookup(Pixels.ToIndices(indices, [indices.Length], Device.Torch));                 // [N, E]
            MemoryMarshal.Cast<byte, float>(codes.cpu().contiguous().bytes).CopyTo(result);
        });
    }

    /// <summary>Where the slots of an image look: every sampling point of the encoder, with its weight (paper section 3.2).</summary>
    /// <param name="rgb">An image of ImageSize x ImageSize RGB bytes, rows top-down.</param>
    /// <param name="precision">What products compute in; in float32 the points are those behind exact codes.</param>
    /// <exception cref="ArgumentException">The buffer has the wrong length.</exception>
    /// <exception cref="InvalidDataException">The network's weights are no sound numbers.</exception>
    /// <exception cref="NotSupportedException">The tokenizer's encoder has no queries; see <see cref="TokenizerConfig.Encoder"/>.</exception>
    public SlotAttention Attention(ReadOnlySpan<byte> rgb, Precision precision = Precision.Float32)
    {
        if (Config.Encoder != TokenEncoderKind.RegionAdaptive)
            throw new NotSupportedException($"The tokenizer has a {Config.Encoder} encoder, whose tokens are places of a grid and look nowhere else; give one with a {TokenEncoderKind.RegionAdaptive} encoder.");
        var attention = new SlotAttention(Config);
        Run(precision, rgb, attention.Unfilled, (pixels, points) =>
        {
            var looks = _network.Looks(Pixels.ToImages(pixels, 1, Config.ImageSize, Device.Torch)).to(TorchSharp.torch.ScalarType.Float32).cpu().contiguous(); // [1, D, S, H, L, P, 3]
            looks.bytes.CopyTo(MemoryMarshal.AsBytes(points));
            foreach (ref var point in points) point = point with { X = point.X * Config.ImageSize, Y = point.Y * Config.ImageSize };
        });
        return attention.Checked();
    }

    /// <summary>Tokens to images. On a CPU one after the other: libtorch's convolutions sum in another order for another number of images, and an image must not depend on its neighbours.</summary>
    /// <param name="tokens">count * SlotCount tokens.</param>
    /// <param name="count">Images.</param>
    /// <param name="rgb">count images of ImageSize x ImageSize RGB bytes to fill.</param>
    /// <param name="precision">What products compute in.</param>
    /// <exception cref="ArgumentException">A buffer has the wrong length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in [0, CodebookSize).</exception>
    public void Decode(ReadOnlySpan<int> tokens, int count, Span<byte> rgb, Precision precision = Precision.Float32)
    {
        Pixels.RequireLength(tokens.Length, (long)count * Config.SlotCount, nameof(tokens));
        Pixels.RequireLength(rgb.Length, (long)count * Config.ImageSize * Config.ImageSize * 3, nameof(rgb));
        Shapes.RequireRange(tokens, Config.CodebookSize, "Token", nameof(tokens));
        Run(precision, tokens, rgb, (indices, result) =>
        {
            var (bytes, together) = (Config.ImageSize * Config.ImageSize * 3, Device == ComputeDevice.Cpu ? 1 : count);
            for (var i = 0; i < count; i += together)
            {
                using var scope = TorchSharp.torch.NewDisposeScope();
                var images = _network.Decode(Pixels.ToIndices(indices.Slice(i * Config.SlotCount, together * Config.SlotCount), [together, Config.SlotCount], Device.Torch)); // [B, 3, S, S]
                VfmTokenizer.ToBytes(images, Config.ImageSize).permute(0, 2, 3, 1).cpu().contiguous().bytes.CopyTo(result[(i * bytes)..]);
            }
        });
    }

    // As many images at once as make a difference: the memory of activations is bounded, whatever the number of images.
    private void InGroups(ReadOnlySpan<byte> pixels, int count, int tokens, Span<int> result, Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor> encode)
    {
        var bytes = Config.ImageSize * Config.ImageSize * 3;
        var most = Config.Foundation.ImagesTogether(Config.FoundationSize, Device);
        for (var first = 0; first < count; first += most)
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            var together = Math.Min(most, count - first);
            var images = Pixels.ToImages(pixels.Slice(first * bytes, together * bytes), together, Config.ImageSize, Device.Torch); // [B, 3, S, S]
            Pixels.CopyTo(encode(images), result.Slice(first * tokens, together * tokens));
        }
    }
}
