using VFMTok.Kernels;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Generation;

/// <summary>An <see cref="AutoregressiveTransformer"/> made ready to write on a CPU: its weights in bfloat16 or eight bits, its activations in float32, a whole step without a call of libtorch.</summary>
/// <remarks>A step of few images takes as long as its weights take to be read from memory (docs/benchmarks.md, decode-step). A row's numbers depend on the row alone, as with <see cref="IndependentRows"/>.</remarks>
internal sealed unsafe class PackedTransformer(AutoregressiveTransformer network, WeightFormat format) : ICodeSource
{
    public GeneratorConfig Config => network.Config;

    /// <summary>Bytes of weights that a step reads.</summary>
    public long StepBytes => network.Trunk.Layers.Sum(LayerBytes) + network.Trunk.Output.Packed(format).ByteLength;

    /// <inheritdoc/>
    public CodeWriter Begin(Tensor classes) => new PackedWriter(network, format, classes);

    private long LayerBytes(GeneratorLayer layer) =>
        new[] { layer.Attention.Qkv, layer.Attention.Output, layer.FeedForwardNetwork.Gate, layer.FeedForwardNetwork.Up, layer.FeedForwardNetwork.Down }.Sum(product => product.Packed(format).ByteLength);
}
