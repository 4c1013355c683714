using VFMTok.Generation;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Benchmarks;

/// <summary>Drawing codes with rows that are independent of each other (<see cref="IndependentRows"/>), against libtorch's products and attention; and guidance against none.</summary>
internal static class Sampling
{
    private static readonly (string Name, GeneratorConfig Config, int[] Batches) Tiny = ("Tiny", GeneratorConfig.Tiny, [1, 16, 32]);

    public static void Run(Settings settings)
    {
        using var scope = NewDisposeScope();
        foreach (var (name, config, batches) in settings.Quick ? [Tiny] : new[] { Tiny, ("GPT-B, 64 tokens", GeneratorConfig.B with { TokenGrid = 8 }, [1, 16]) })
        {
            using var network = SeededDraws.Run(1, () => GeneratorNetwork.Of(config));
            network.eval();
            using var noGradient = no_grad();
            foreach (var batch in batches)
            {
                void Draw(double guidance)
                {
                    using var inner = NewDisposeScope();
                    CodeSampler.Sample(network, zeros(batch, dtype: ScalarType.Int64), rand(batch, config.TokenCount), new SamplingOptions { GuidanceScale = guidance });
                }
                void Plain()
                {
                    using var inner = NewDisposeScope();
                    using var writer = network.Begin(zeros(batch, dtype: ScalarType.Int64));
                    Tensor? last = null;
                    for (var n = 0; n < config.TokenCount; n++) last = LogitsFilter.Draw(writer.Next(last), rand(batch, 1));
                }
                var times = Measured.Medians(config.Depth > 3 ? 3 : 7, () => Draw(1), Plain, () => Draw(2));
                Measured.Print($"sampling {name}, independent rows", 1000 * times[0] / config.TokenCount, "ms/token", "Float32", batch, times[0] / times[1], "libtorch's kernels");
                Measured.Print($"sampling {name}, guided", 1000 * times[2] / config.TokenCount, "ms/token", "Float32", batch, times[2] / times[0], "without guidance");
            }
        }
    }
}
