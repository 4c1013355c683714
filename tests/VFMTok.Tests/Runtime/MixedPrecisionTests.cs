using TorchSharp;
using VFMTok.Generation;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using VFMTok.Training;
using static TorchSharp.torch;

namespace VFMTok.Tests.Runtime;

public class MixedPrecisionTests
{
    [Fact]
    public void Products_are_bfloat16_and_attention_of_the_encoder_norms_and_results_are_float32()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = new VfmTokenizer(TokenizerConfig.Tiny);
        var seen = new Dictionary<string, ScalarType>();
        foreach (var (name, module) in network.named_modules())
        {
            if (module is LinearLayer linear) linear.register_forward_hook((_, _, y) => { seen[name] = y.dtype; return null!; });
            if (module is TorchSharp.Modules.GroupNorm norm) norm.register_forward_hook((_, _, y) => { seen[name] = y.dtype; return null!; });
        }
        var output = MixedPrecision.Run(ScalarType.BFloat16, () => network.call(zeros(2, 3, 64, 64)));
        Assert.All(seen, s => Assert.Equal(s.Key.Contains("_encoder") && (s.Key.Contains("Attention")) || s.Key.Contains("orm") ? ScalarType.Float32 : ScalarType.BFloat16, s.Value));
        Assert.Contains(seen, s => s.Value == ScalarType.BFloat16 && s.Key.Contains("_tokenDecoder"));
        Assert.All(new[] { output.Reconstruction, output.PredictedFeatures, output.TargetFeatures, output.Quantized.Input }, t => Assert.Equal(ScalarType.Float32, t.dtype));
        Assert.All(network.parameters(), p => Assert.Equal(ScalarType.Float32, p.dtype));
    }

    [Fact]
    public void Outside_of_it_nothing_is_cast()
    {
        using var scope = NewDisposeScope();
        using var layer = new LinearLayer(4, 4, hasBias: true);
        Assert.Equal(ScalarType.BFloat16, MixedPrecision.Run(ScalarType.BFloat16, () => layer.call(ones(1, 4))).dtype);
        Assert.Equal(ScalarType.Float32, layer.call(ones(1, 4)).dtype);
        Assert.Throws<InvalidOperationException>(() => MixedPrecision.Run<Tensor>(ScalarType.BFloat16, () => throw new InvalidOperationException()));
        Assert.Equal(ScalarType.Float32, layer.call(ones(1, 4)).dtype);
    }

    [Fact]
    public void Both_trainings_follow_float32_closely()
    {
        var exact = Train(Precision.Float32);
        var mixed = Train(Precision.BFloat16);
        Assert.NotEqual(exact, mixed);
        foreach (var (a, b) in exact.Zip(mixed)) Assert.Equal(a, b, 0.03 * a);

        static List<double> Train(Precision precision)
        {
            var losses = new List<double>();
            var progress = new Collect(p => losses.Add(p.Loss));
            using var tokenizer = TokenizerTrainer.Train(new TokenizerTrainingOptions { Steps = 3, BatchSize = 4, Precision = precision, Codebook = { KMeansStart = false } }, new Gradients(), progress);
            using var generator = GeneratorTrainer.Train(new GeneratorTrainingOptions { Steps = 3, BatchSize = 4, Precision = precision },
                new TokenizedImages([.. Enumerable.Range(0, 4 * 64).Select(i => i * 7 % 512)], [0, 1, 0, 1], 8, 512, ["a", "b"], "none"), progress);
            return losses;
        }
    }

    [Fact]
    public void The_types_are_chosen_by_name_and_hardware()
    {
        Assert.Equal(ScalarType.Float32, MixedPrecision.TypeOf(Precision.Float32, CPU));
        Assert.Equal(ScalarType.BFloat16, MixedPrecision.TypeOf(Precision.BFloat16, CPU));
        var native = OperatingSystem.IsLinux() && File.ReadAllText("/proc/cpuinfo").Contains("avx512_bf16");
        Assert.Equal(native ? ScalarType.BFloat16 : ScalarType.Float32, MixedPrecision.TypeOf(Precision.Auto, CPU));
    }

    private sealed class Collect(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    private sealed class Gradients : ITrainingImages
    {
        public int Count => 4;

        public void Read(int index, int size, Random? augmentation, Span<byte> rgb)
        {
            for (var i = 0; i < rgb.Length; i++) rgb[i] = (byte)(i * (index + 1) / 97);
        }
    }
}
