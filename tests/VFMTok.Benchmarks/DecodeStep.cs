using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Generation;
using VFMTok.Kernels;
using VFMTok.Runtime;
using VFMTok.Tests.Shared;
using static TorchSharp.torch;

namespace VFMTok.Benchmarks;

/// <summary>Steps of a generator that writes codes: bytes of weights per second against what the machine reads, guidance, batches, and weights of eight bits.</summary>
internal static class DecodeStep
{
    private static readonly int[] Positions = [8, 128, 250];

    public static void Run(Settings settings)
    {
        if (settings.IsGpu) OnGpu(settings);
        else OnCpu(settings);
    }

    // Whole images, drawn on the device: nothing waits for the host between two codes.
    private static void OnGpu(Settings settings)
    {
        using var memory = rand(64 << 20, device: settings.Device);
        foreach (var (name, config) in new[] { ("GPT-B", GeneratorConfig.B), ("GPT-L", GeneratorConfig.L) })
        {
            using var network = SeededDraws.Run(1, () => new AutoregressiveTransformer(config));
            network.eval();
            network.to(settings.Device);
            IFreezable.Freeze(network);
            using var noGradient = no_grad();
            foreach (var precision in new[] { Precision.Float32, Precision.BFloat16 })
                foreach (var batch in new[] { 1, 64, 256 })
                {
                    var options = new SamplingOptions { Precision = precision };
                    var source = CodeSources.Of(network, options, settings.Device);
                    using var classes = zeros(batch, dtype: ScalarType.Int64, device: settings.Device);
                    using var uniform = rand(batch, config.TokenCount, device: settings.Device);
                    var times = Measured.Medians(settings.Rounds, () => CodeSampler.Sample(source, classes, uniform, options), () => memory.sum());
                    var bytes = config.ParameterCount * (precision == Precision.Float32 ? 4.0 : 2.0);
                    Measured.Print($"decode-step {name}, throughput", batch * config.TokenCount / times[0], "codes/s", $"{precision}", batch, bytes * config.TokenCount / times[0] / (memory.numel() * 4 / times[1]), "sequential read, by bytes of weights");
                }
        }
    }

    private static void OnCpu(Settings settings)
    {
        var (read, bytes) = Ceilings.Read();
        foreach (var (name, config) in settings.Quick ? [("GPT-B", GeneratorConfig.B)] : new[] { ("GPT-B", GeneratorConfig.B), ("GPT-L", GeneratorConfig.L) })
        {
            using var network = SeededDraws.LeaveOut(() => new AutoregressiveTransformer(config));
            HashWeights.Fill(StateDict.Of(network, AutoregressiveTransformer.Names), "", 0, 1);
            network.eval();
            IFreezable.Freeze(network);
            using var noGradient = no_grad();
            double single = 0;
            foreach (var format in new[] { WeightFormat.BFloat16, WeightFormat.Int8 })
            {
                var packed = new PackedTransformer(network, format);
                foreach (var batch in new[] { 1, 2, 16 })
                {
                    var times = Steps(packed, batch, settings.Rounds, read);
                    var step = times[..^1].Average();
                    var rate = bytes / times[^1];
                    if (batch == 1 && format == WeightFormat.BFloat16) Measured.Print("ceiling: sequential read of 256 MB", rate / 1e9, "GB/s", "Float32", 1);
                    Measured.Print($"decode-step {name}", 1000 * step, "ms", $"{format}", batch, packed.StepBytes / step / rate, "sequential read, by bytes of weights");
                    for (var i = 0; i < Positions.Length; i++) Measured.Print($"decode-step {name}, position {Positions[i]}", 1000 * times[i], "ms", $"{format}", batch);
                    if (batch == 1 && format == WeightFormat.Int8) Measured.Print($"decode-step {name}, eight bits", 1000 * step, "ms", $"{format}", batch, single / step, "speed in BFloat16");
                    if (batch == 2) Measured.Print($"decode-step {name}, guided", 1000 * step, "ms", $"{format}", 1, step / single, "without guidance");
                    if (batch == 16) Measured.Print($"decode-step {name}, throughput", batch / step, "codes/s", $"{format}", batch, batch * single / step, "batch 1");
                    if (batch == 1) single = step;
                    if (batch == 1) Whole(name, network, settings, format, step);
                }
                Logits(name, network, packed, format);
            }
        }
    }

    // A picture from its first code to its last, choice of the codes included.
    private static void Whole(string name, AutoregressiveTransformer network, Settings settings, WeightFormat format, double step)
    {
        var options = new SamplingOptions { Precision = Precision.BFloat16, Int8Weights = format == WeightFormat.Int8, TopK = 100 };
        using var classes = zeros(1, dtype: ScalarType.Int64);
        using var uniform = rand(1, network.Config.TokenCount);
        var seconds = Measured.Medians(settings.Rounds, () => CodeSampler.Sample(CodeSources.Of(network, options, CPU), classes, uniform, options))[0] / network.Config.TokenCount;
        Measured.Print($"decode-step {name}, whole drawing, per code", 1000 * seconds, "ms", $"{format}", 1, seconds / step, "step of the network");
    }

    // How far rounded weights move the logits, along the same codes.
    private static void Logits(string name, AutoregressiveTransformer network, PackedTransformer packed, WeightFormat format)
    {
        const int steps = 48;
        using var scope = NewDisposeScope();
        var classes = tensor(new long[] { 1, 207, 980, 3 });
        using CodeWriter exact = network.Begin(classes), rounded = packed.Begin(classes);
        Tensor? codes = null;
        double difference = 0, spread = 0, divergence = 0, equal = 0, seconds = 0;
        for (var i = 0; i < steps; i++)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            var a = IndependentRows.Run(() => exact.Next(codes));                        // [B, K]
            seconds += watch.Elapsed.TotalSeconds / steps;
            var b = rounded.Next(codes);
            (difference, spread) = (difference + (a - b).Squared().mean().item<float>(), spread + a.var().item<float>());
            divergence += (a.softmax(-1) * (a.log_softmax(-1) - b.log_softmax(-1))).sum(-1).mean().item<float>() / steps;
            equal += a.argmax(-1).eq(b.argmax(-1)).to(ScalarType.Float32).mean().item<float>() / steps;
            codes = a.argmax(-1);
        }
        Measured.Print($"decode-step {name}, deviation of the logits", Math.Sqrt(difference / steps), "logits", $"{format}", 4, Math.Sqrt(difference / spread), "standard deviation of the logits");
        Measured.Print($"decode-step {name}, divergence of the distributions", divergence, "nats", $"{format}", 4);
        Measured.Print($"decode-step {name}, likeliest codes that agree", equal, "share", $"{format}", 4, equal, "codes of Float32");
        if (format == WeightFormat.BFloat16) Measured.Print($"decode-step {name}, independent rows", 1000 * seconds, "ms", "Float32", 4);
    }

    // Median seconds of a step at each position, and of the reading.
    private static double[] Steps(ICodeSource network, int batch, int rounds, Action read)
    {
        using var classes = zeros(batch, dtype: ScalarType.Int64);
        using var codes = ones(batch, dtype: ScalarType.Int64);
        var times = Positions.Select(_ => new List<double>()).Append([]).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            using var scope = NewDisposeScope();
            using var writer = network.Begin(classes);
            for (var position = 0; position <= Positions[^1] + 1; position++)
            {
                var watch = System.Diagnostics.Stopwatch.StartNew();
                writer.Next(position == 0 ? null : codes).Dispose();
                var which = Array.FindIndex(Positions, p => position >= p && position < p + 2);
                if (round >= 0 && which >= 0) times[which].Add(watch.Elapsed.TotalSeconds);
            }
            var reading = System.Diagnostics.Stopwatch.StartNew();
            read();
            if (round >= 0) times[^1].Add(reading.Elapsed.TotalSeconds);
        }
        return [.. times.Select(t => t.Order().ElementAt(t.Count / 2))];
    }
}
