using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Generation;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Generation;

public sealed class RandomOrderTransformerTests : IDisposable
{
    private static readonly GeneratorConfig Config = GeneratorConfig.RarTiny with { TokenGrid = 4, CodebookSize = 32, ClassCount = 3, Width = 32, FeedForwardWidth = 64 };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly RandomOrderTransformer _network = Lively(Config);
    private readonly Tensor _classes = tensor(new long[] { 0, 1, 2, 3, 1 });
    private readonly Tensor _codes = tensor(Enumerable.Range(0, 5 * 16).Select(i => i * 37L % 32).ToArray()).reshape(5, 16);

    public void Dispose()
    {
        _network.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void An_image_does_not_depend_on_the_others_of_its_batch(double randomOrder)
    {
        using var noGradient = no_grad();
        var orders = randomOrder == 0 ? null : SeededDraws.Run(3, () => _network.DrawOrders(5, randomOrder, CPU));
        var (logits, targets) = _network.PredictInOrder(_classes, _codes, orders);
        Assert.Equal([5, 16, 32], logits.shape);
        for (var i = 0; i < 5; i++)
        {
            var (alone, target) = _network.PredictInOrder(_classes.narrow(0, i, 1), _codes.narrow(0, i, 1), orders?.narrow(0, i, 1));
            Assert.True((alone - logits.narrow(0, i, 1)).abs().max().item<float>() < 1e-5);
            Assert.True(target.Equals(targets.narrow(0, i, 1)));
        }
    }

    [Fact]
    public void Writing_code_by_code_sees_what_predicting_all_at_once_sees()
    {
        using var noGradient = no_grad();
        var logits = _network.Predict(_classes, _codes, 0).Logits;
        using var writer = _network.Begin(_classes);
        for (var n = 0; n < 16; n++)
            Assert.True((writer.Next(n == 0 ? null : _codes.select(1, n - 1)) - logits.select(1, n)).abs().max().item<float>() < 1e-5, $"code {n}");
    }

    [Fact]
    public void A_code_is_predicted_from_those_before_it_alone()
    {
        using var noGradient = no_grad();
        var orders = SeededDraws.Run(3, () => _network.DrawOrders(5, 1, CPU));
        var before = _network.PredictInOrder(_classes, _codes, orders).Logits;
        var changed = _codes.scatter(1, orders.narrow(1, 7, 1), zeros(5, 1, dtype: ScalarType.Int64)); // the code that comes eighth
        var difference = (_network.PredictInOrder(_classes, changed, orders).Logits - before).abs().amax([0, 2]);
        Assert.Equal(0, difference.narrow(0, 0, 8).max().item<float>());
        Assert.True(difference.narrow(0, 8, 8).min().item<float>() > 0);
    }

    [Fact]
    public void Orders_hold_every_place_once_and_depend_on_the_seed_alone()
    {
        Tensor Draw(long seed, double chance = 1) => SeededDraws.Run(seed, () => _network.DrawOrders(400, chance, CPU));
        var orders = Draw(1);
        var raster = arange(16).expand(400, 16);
        Assert.True(orders.sort(1).Values.Equals(raster));
        Assert.True(orders.Equals(Draw(1)));
        Assert.False(orders.Equals(Draw(2)));
        for (var place = 0; place < 16; place++) Assert.Equal(16, orders.select(1, place).unique().output.shape[0]); // any place may come at any time
        var kept = Draw(1, 0.25).eq(raster).all(1).sum().item<long>();
        Assert.InRange(kept, 260, 340); // three quarters
        Assert.True(Draw(1, 0).Equals(raster));
    }

    [Fact]
    public void Training_draws_orders_and_dropouts_from_the_seed()
    {
        using var network = Lively(Config with { TokenDropout = 0.1, ResidualDropout = 0.1, AttentionDropout = 0.1 });
        network.train();
        (Tensor Logits, Tensor Targets) Predict(long seed, double randomOrder) => SeededDraws.Run(seed, () => network.Predict(_classes, _codes, randomOrder));
        var (logits, targets) = Predict(1, 1);
        Assert.True(targets.sort(1).Values.Equals(_codes.sort(1).Values));
        Assert.False(targets.Equals(_codes));
        Assert.True(Predict(1, 1).Logits.Equals(logits));
        Assert.False(Predict(2, 0).Logits.Equals(Predict(3, 0).Logits));
        Assert.True(Predict(1, 0).Targets.Equals(_codes));
    }

    [Fact]
    public void A_new_network_predicts_the_same_from_any_codes_because_its_blocks_pass_on_what_comes_in()
    {
        using var noGradient = no_grad();
        using var network = SeededDraws.Run(1, () => new RandomOrderTransformer(Config));
        var (a, b) = (network.Embed(_classes, _codes, null), network.Condition(_classes, 0, 18));
        Assert.True(network.Blocks[0].Run(a, b, 0, null).Equals(a));
        foreach (var (name, parameter) in network.named_parameters())
        {
            var zero = name.Contains("_modulation") || name.EndsWith("bias");
            Assert.Equal(zero, parameter.eq(0).all().item<bool>());
            if (!zero && parameter.dim() > 1) Assert.InRange(parameter.std().item<float>(), 0.017f, 0.023f);
        }
    }

    [Fact]
    public void Products_may_be_bfloat16_and_logits_are_float32()
    {
        _network.train();
        var exact = _network.Predict(_classes, _codes, 0).Logits;
        var mixed = MixedPrecision.Run(ScalarType.BFloat16, () => _network.Predict(_classes, _codes, 0).Logits);
        Assert.Equal(ScalarType.Float32, mixed.dtype);
        Assert.InRange((mixed - exact).abs().max().item<float>(), 1e-6f, 0.1f * exact.abs().max().item<float>());
        mixed.square().mean().backward();
        Assert.All(_network.parameters(), p => Assert.Equal(ScalarType.Float32, p.grad!.dtype));
    }

    [Fact]
    public void Only_products_and_the_start_token_decay()
    {
        var decaying = _network.named_parameters().Select(p => (Name: RandomOrderTransformer.Names.ToOfficial(p.name), p.parameter)).Where(p => _network.Decays(p.Name, p.parameter)).Select(p => p.Name);
        string[] ofBlock = ["adaLN_modulation.1", "attn.proj", "attn.qkv", "mlp.fc1", "mlp.fc2"];
        Assert.Equal(Enumerable.Range(0, 3).SelectMany(i => ofBlock.Select(n => $"blocks.{i}.{n}.weight")).Append("cls_token").Append("lm_head.weight").Order(StringComparer.Ordinal), decaying.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_network_made_inside_a_dispose_scope_outlives_it()
    {
        GeneratorNetwork network;
        using (NewDisposeScope()) network = GeneratorNetwork.Of(Config);
        using (network) Assert.All(StateDict.Of(network, network.OfficialNames), t => Assert.True(t.Tensor.numel() > 0));
        Assert.IsType<RandomOrderTransformer>(network);
    }

    // With start values that modulate: those of a new network are zero.
    private static RandomOrderTransformer Lively(GeneratorConfig config) => SeededDraws.Run(5, () =>
    {
        var network = new RandomOrderTransformer(config);
        foreach (var parameter in network.parameters().Where(p => p.dim() >= 2)) Weights.Set(parameter, SeededDraws.Normal(0.2, parameter.shape));
        network.eval();
        return network;
    });
}
