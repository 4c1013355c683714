using System.Runtime.Intrinsics;
using VFMTok.Kernels;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Generation;

/// <summary>How a generator's network writes codes, by what it is to compute in and where.</summary>
internal static class CodeSources
{
    // The library's own kernels widen bfloat16 themselves; they want vectors of 512 bits, not instructions for bfloat16.
    private static ScalarType PackedType => Vector512.IsHardwareAccelerated ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>Chooses.</summary>
    /// <param name="network">In evaluation mode. Frozen, if it is to compute in anything but float32.</param>
    /// <param name="options">States the precision.</param>
    /// <param name="device">Where the network is.</param>
    public static ICodeSource Of(GeneratorNetwork network, SamplingOptions options, Device device)
    {
        var onCpu = device.type == TorchSharp.DeviceType.CPU;
        var type = options.Precision == Precision.Auto && onCpu ? PackedType : MixedPrecision.TypeOf(options.Precision, device);
        if (!onCpu) return type == ScalarType.Float32 ? network : new CastSource(network, type);
        if (!options.Int8Weights && type == ScalarType.Float32) return network;
        var format = options.Int8Weights ? WeightFormat.Int8 : WeightFormat.BFloat16;
        return network is AutoregressiveTransformer transformer ? new PackedTransformer(transformer, format) : new PackedLayers(network, format);
    }

    /// <summary>Linear layers with <see cref="PackedWeights"/>, everything else as it is.</summary>
    private sealed class PackedLayers(GeneratorNetwork network, WeightFormat format) : ICodeSource
    {
        public GeneratorConfig Config => network.Config;

        public CodeWriter Begin(Tensor classes) => new Writer(network.Begin(classes), format);

        private sealed class Writer(CodeWriter inner, WeightFormat format) : CodeWriter
        {
            public override Tensor Next(Tensor? codes) => IndependentRows.Run(() => inner.Next(codes), format);

            public override void Dispose() => inner.Dispose();
        }
    }

    /// <summary>All products in another type, with libtorch.</summary>
    private sealed class CastSource(GeneratorNetwork network, ScalarType type) : ICodeSource
    {
        public GeneratorConfig Config => network.Config;

        public CodeWriter Begin(Tensor classes) => MixedPrecision.Run(type, () => new Writer(network.Begin(classes), type));

        private sealed class Writer(CodeWriter inner, ScalarType type) : CodeWriter
        {
            public override Tensor Next(Tensor? codes) => MixedPrecision.Run(type, () => inner.Next(codes));

            public override void Dispose() => inner.Dispose();
        }
    }
}
