using TorchSharp;
using VFMTok.Generation;
using VFMTok.Kernels;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Generation;

public sealed class PackedTransformerTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<GeneratorConfig> Configurations() =>
    [
        GeneratorConfig.Tiny,
        GeneratorConfig.Tiny with { Heads = 6, KeyValueHeads = 2, Width = 72, HiddenMultiple = 1, CodebookSize = 333 },
        GeneratorConfig.Tiny with { Heads = 2, Width = 200, Depth = 2 },
    ];

    [Theory]
    [MemberData(nameof(Configurations))]
    public void In_bfloat16_it_is_the_network_with_rounded_weights(GeneratorConfig config)
    {
        using var network = LoudGenerator.Network(config);
        using var rounded = LoudGenerator.Network(config);
        using var noGradient = no_grad();
        foreach (var weight in rounded.modules().OfType<LinearLayer>().Select(l => l.Weight)) weight.copy_(weight.to(ScalarType.BFloat16));
        var (exact, packed) = (Logits(rounded), Logits(new PackedTransformer((AutoregressiveTransformer)network, WeightFormat.BFloat16)));
        var difference = (exact - packed).abs().max().item<float>() / exact.std().item<float>(); // keys and values are rounded too
        Assert.InRange(difference, 0, 0.05f);
        Assert.InRange((exact - packed).std().item<float>() / exact.std().item<float>(), 0, 0.01f);
    }

    [Fact]
    public void In_eight_bits_the_logits_differ_by_little()
    {
        using var network = LoudGenerator.Network(GeneratorConfig.Tiny);
        using var noGradient = no_grad();
        var (exact, packed) = (Logits(network), Logits(new PackedTransformer((AutoregressiveTransformer)network, WeightFormat.Int8)));
        Assert.InRange((exact - packed).std().item<float>() / exact.std().item<float>(), 1e-4f, 0.05f);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void So_do_those_of_the_random_order_network(bool eightBits)
    {
        using var network = LoudGenerator.Network(GeneratorConfig.RarTiny);
        using var noGradient = no_grad();
        var options = new SamplingOptions { Precision = Precision.BFloat16, Int8Weights = eightBits };
        var (exact, packed) = (Logits(network), Logits(CodeSources.Of(network, options, CPU)));
        Assert.InRange((exact - packed).std().item<float>() / exact.std().item<float>(), 1e-4f, 0.05f);
    }

    [Fact]
    public void The_way_of_a_gpu_computes_the_same_in_bfloat16()
    {
        using var network = LoudGenerator.Network(GeneratorConfig.Tiny);
        using var noGradient = no_grad();
        var (exact, cast) = (Logits(network), MixedPrecision.Run(ScalarType.BFloat16, () => Logits(network, independent: false)));
        Assert.Equal(ScalarType.Float32, cast.dtype);
        Assert.InRange((exact - cast).std().item<float>() / exact.std().item<float>(), 1e-4f, 0.05f);
    }

    [Fact]
    public void Nothing_is_left_behind()
    {
        using var model = LoudGenerator.Model(GeneratorConfig.Tiny);
        var tokens = new int[2 * model.Config.TokenCount];
        void Draw() => model.Generate([1, 2], [3, 4], new SamplingOptions { Precision = Precision.BFloat16, GuidanceScale = 2 }, tokens);
        Draw();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Draw();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    // Of a few steps, [steps, B, K].
    private static Tensor Logits(ICodeSource network, bool independent = true)
    {
        using var writer = network.Begin(tensor(new long[] { 1, 3, 2 }));
        Tensor Next(Tensor? codes) => independent ? IndependentRows.Run(() => writer.Next(codes)) : writer.Next(codes);
        return stack([.. Enumerable.Range(0, 12).Select(i => Next(i == 0 ? null : tensor(new long[] { i, 7 * i % 300, 200 - i })))]);
    }
}
