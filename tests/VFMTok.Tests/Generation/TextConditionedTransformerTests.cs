using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Generation;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Generation;

public sealed class TextConditionedTransformerTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TextConditionedTransformer _network = Network();
    private readonly Tensor _captions, _visible, _codes;

    public TextConditionedTransformerTests()
    {
        (_captions, _codes) = SeededDraws.Run(4, () => (SeededDraws.Normal(1, 2, 6, 10), SeededDraws.Uniform(CPU, 2, 16).Times(512).to(ScalarType.Int64)));
        _visible = tensor(new[,] { { false, false, true, true, true, true }, { true, true, true, true, true, true } });
        _network.eval();
    }

    [Fact]
    public void Names_and_shapes_are_the_official_ones()
    {
        using var network = MetaDevice.Run(() => new TextConditionedTransformer(GeneratorConfig.B));
        var shapes = StateDict.Of(network, TextConditionedTransformer.Names).ToDictionary(t => t.Name, t => t.Tensor.shape);
        Assert.Equal(90, shapes.Count);
        Assert.Equal([120L, 2048], shapes["cls_embedding.uncond_embedding"]);
        Assert.Equal([768L, 2048], shapes["cls_embedding.cap_proj.fc1.weight"]);
        Assert.Equal([768L, 768], shapes["cls_embedding.cap_proj.fc2.weight"]);
        Assert.DoesNotContain("cls_embedding.embedding_table.weight", shapes.Keys);
        Assert.Equal(GeneratorConfig.B.ParameterCount - 1001 * 768 + 768 * (2048 + 768), network.parameters().Sum(p => p.numel())); // the buffer is no parameter
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_it_writes_code_by_code_is_what_it_predicts_at_once(bool masked)
    {
        var mask = masked ? TextConditionedTransformer.Mask(_visible, 6 + 16 - 1) : null;
        var expected = _network.Logits(_captions, _codes.narrow(1, 0, 15), mask: mask);
        using var writer = _network.Of(_captions, masked ? _visible : null).Begin(tensor(new long[] { 0, 1 }));
        for (var n = 0; n < 16; n++)
        {
            var logits = writer.Next(n == 0 ? null : _codes.select(1, n - 1));
            Assert.True((logits - expected.select(1, n)).abs().max().item<float>() < 1e-5 * expected.abs().max().item<float>(), $"code {n}: {(logits - expected.select(1, n)).abs().max().item<float>()} of {expected.abs().max().item<float>()}");
        }
    }

    [Fact]
    public void Padding_is_not_read_and_captions_are()
    {
        Tensor Predict(Tensor captions) => _network.Logits(captions, _codes.narrow(1, 0, 15), mask: TextConditionedTransformer.Mask(_visible, 21));
        var changed = _captions.clone();
        changed[0, 1] = -changed[0, 1];
        Assert.True(Predict(changed).eq(Predict(_captions)).all().item<bool>());
        changed[0, 2] = -changed[0, 2];
        var same = Predict(changed).eq(Predict(_captions)).flatten(1).all(1);
        Assert.Equal([false, true], same.data<bool>().ToArray());
    }

    [Fact]
    public void A_dropped_caption_leaves_nothing_of_itself()
    {
        var other = -_captions;
        var dropped = tensor(new[] { true, false });
        var (one, two) = (_network.EmbedCaptions(_captions, dropped), _network.EmbedCaptions(other, dropped));
        Assert.Equal([true, false], one.eq(two).flatten(1).all(1).data<bool>().ToArray());
        using var without = _network.Of(_captions, _visible).Begin(tensor(new[] { 2L }));
        using var withOther = _network.Of(other, _visible).Begin(tensor(new[] { 2L }));
        Assert.True(without.Next(null).eq(withOther.Next(null)).all().item<bool>());
    }

    [Fact]
    public void A_picture_of_a_caption_does_not_depend_on_its_neighbours()
    {
        int[] Draw(Tensor captions, Tensor visible) => [.. CodeSampler.Sample(_network.Of(captions, visible), arange(captions.shape[0], dtype: ScalarType.Int64), full([captions.shape[0], 16], 0.4f),
            new SamplingOptions { GuidanceScale = 3 }).to(ScalarType.Int32).data<int>().ToArray()];
        Assert.Equal(Draw(_captions, _visible)[..16], Draw(_captions.narrow(0, 0, 1), _visible.narrow(0, 0, 1)));
    }

    [Fact]
    public void Wrong_shapes_are_named()
    {
        Assert.Contains("expected is (any, 6, 10)", Assert.Throws<ArgumentException>(() => _network.EmbedCaptions(zeros(2, 5, 10))).Message);
        Assert.Contains("expected is (2, 15)", Assert.Throws<ArgumentException>(() => _network.Logits(_captions, _codes)).Message);
        Assert.Contains("expected is (2, 1, 21, 21)", Assert.Throws<ArgumentException>(() => _network.Logits(_captions, _codes.narrow(1, 0, 15), mask: ones(2, 1, 22, 22, ScalarType.Bool))).Message);
        Assert.Contains("expected is (2, 6)", Assert.Throws<ArgumentException>(() => _network.Of(_captions, ones(2, 5, ScalarType.Bool))).Message);
        Assert.Contains("give positive numbers", Assert.Throws<ArgumentException>(() => new TextConditionedTransformer(GeneratorConfig.Tiny, captionWidth: 0)).Message);
    }

    [Fact]
    public void It_leaves_nothing_behind()
    {
        Run();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Run()
        {
            using var scope = NewDisposeScope();
            using var network = Network();
            network.Logits(_captions, _codes.narrow(1, 0, 15)).mean().backward();
            network.eval();
            CodeSampler.Sample(network.Of(_captions, _visible), tensor(new long[] { 0, 1 }), zeros(2, 16), new SamplingOptions { GuidanceScale = 2 });
        }
    }

    private static TextConditionedTransformer Network() => SeededDraws.Run(3, () =>
    {
        var network = new TextConditionedTransformer(GeneratorConfig.Tiny with { TokenGrid = 4 }, captionWidth: 10, captionLength: 6);
        foreach (var parameter in network.parameters().Where(p => p.dim() >= 2)) Weights.Set(parameter, SeededDraws.Normal(0.2, parameter.shape));
        return network;
    });

    public void Dispose()
    {
        _network.Dispose();
        _scope.Dispose();
    }
}
