using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Generation;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Generation;

public sealed class AutoregressiveTransformerTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [MemberData(nameof(GeneratorConfigTests.Sizes), MemberType = typeof(GeneratorConfigTests))]
    public void Names_and_shapes_are_the_official_ones(string name, int depth, int heads, int width, int headWidth, int hiddenWidth, long parameters)
    {
        var expected = new Dictionary<string, long[]>
        {
            ["cls_embedding.embedding_table.weight"] = [1001, width], ["tok_embeddings.weight"] = [16384, width], ["norm.weight"] = [width], ["output.weight"] = [16384, width],
        };
        for (var i = 0; i < depth; i++)
        {
            expected[$"layers.{i}.attention.wqkv.weight"] = [3 * heads * headWidth, width];
            expected[$"layers.{i}.attention.wo.weight"] = [width, width];
            expected[$"layers.{i}.feed_forward.w1.weight"] = expected[$"layers.{i}.feed_forward.w3.weight"] = [hiddenWidth, width];
            expected[$"layers.{i}.feed_forward.w2.weight"] = [width, hiddenWidth];
            expected[$"layers.{i}.attention_norm.weight"] = expected[$"layers.{i}.ffn_norm.weight"] = [width];
        }
        using var network = MetaDevice.Run(() => new AutoregressiveTransformer(GeneratorConfig.Presets[name]));
        var tensors = StateDict.Of(network, AutoregressiveTransformer.Names);
        Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => (e.Key, string.Join(',', e.Value))), tensors.Select(t => (t.Name, string.Join(',', t.Tensor.shape))));
        Assert.Equal(parameters, tensors.Sum(t => t.Tensor.numel()));
    }

    // The reference fails here: its cache has room for the query heads.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void What_it_writes_code_by_code_is_what_it_predicts_at_once(int keyValueHeads)
    {
        using var network = Network(GeneratorConfig.Tiny with { KeyValueHeads = keyValueHeads, TokenGrid = 4 });
        network.eval();
        using var noGradient = no_grad();
        var classes = tensor(new long[] { 1, 7, network.Config.NullClass });
        var codes = SeededDraws.Run(4, () => SeededDraws.Uniform(CPU, 3, 16)).Times(512).to(ScalarType.Int64);
        var expected = network.Predict(classes, codes, 0).Logits;
        using var writer = network.Begin(classes);
        for (var n = 0; n < 16; n++)
        {
            var logits = writer.Next(n == 0 ? null : codes.select(1, n - 1));
            Assert.True((logits - expected.select(1, n)).abs().max().item<float>() < 1e-5 * expected.abs().max().item<float>(), $"code {n}: {(logits - expected.select(1, n)).abs().max().item<float>()} of {expected.abs().max().item<float>()}");
        }
    }

    [Fact]
    public void Shared_heads_generate_what_they_predict()
    {
        using var network = Network(GeneratorConfig.Tiny with { KeyValueHeads = 2, TokenGrid = 4 });
        network.eval();
        var classes = tensor(new long[] { 0, 3 });
        var codes = CodeSampler.Sample(network, classes, zeros(2, 16), new SamplingOptions { Greedy = true });
        Assert.True(network.Predict(classes, codes, 0).Logits.argmax(-1).eq(codes).all().item<bool>());
    }

    // Start values end in a zero output layer; these do not.
    private static AutoregressiveTransformer Network(GeneratorConfig config) => SeededDraws.Run(3, () =>
    {
        var network = new AutoregressiveTransformer(config);
        foreach (var parameter in network.parameters().Where(p => p.dim() >= 2)) Weights.Set(parameter, SeededDraws.Normal(0.2, parameter.shape));
        return network;
    });

    public void Dispose() => _scope.Dispose();
}
