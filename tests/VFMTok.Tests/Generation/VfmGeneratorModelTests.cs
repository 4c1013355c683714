using VFMTok.Generation;
using VFMTok.Runtime;
using VFMTok.Tokenizer;

namespace VFMTok.Tests.Generation;

public sealed class VfmGeneratorModelTests : IDisposable
{
    private readonly VfmGeneratorModel _model = LoudGenerator.Model(LoudGenerator.Small); // 3 classes, 16 tokens

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Codes_are_seen_as_they_are_written()
    {
        var classes = Enumerable.Range(0, 40).Select(i => i % 3).ToArray();
        var seeds = Enumerable.Range(0, 40).Select(i => (long)i).ToArray();
        var (seen, order) = (new int[40 * 16], new List<(int, int, int)>());
        var tokens = _model.Draw(classes, seeds, new SamplingOptions { GuidanceScale = 2 }, step =>
        {
            order.Add((step.FirstImage, step.Position, step.Codes.Length));
            for (var i = 0; i < step.Codes.Length; i++) seen[(step.FirstImage + i) * 16 + step.Position] = step.Codes.Span[i];
        });
        Assert.Equal(tokens, seen);
        Assert.Equal([.. Enumerable.Range(0, 16).Select(n => (0, n, 32)), .. Enumerable.Range(0, 16).Select(n => (32, n, 8))], order);
        Assert.Equal(tokens, _model.Draw(classes, seeds, new SamplingOptions { GuidanceScale = 2 })); // watching changes nothing
    }

    [Fact]
    public void What_the_watcher_throws_passes_and_leaves_the_model_usable()
    {
        var tokens = Enumerable.Repeat(-7, 16).ToArray();
        var error = Assert.Throws<InvalidDataException>(() =>
            _model.Generate([1], [1], new SamplingOptions(), tokens, written: step => { if (step.Position == 3) throw new InvalidDataException("seen enough"); }));
        Assert.Equal("seen enough", error.Message);
        Assert.All(tokens, t => Assert.Equal(-7, t));
        Assert.Equal(16, _model.Draw([1], [1], new SamplingOptions()).Length);
    }

    [Fact]
    public void Cancellation_stops_before_the_next_code()
    {
        using var cancellation = new CancellationTokenSource();
        var steps = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => _model.Draw([0, 1], [1, 2], new SamplingOptions(), _ => { if (++steps == 5) cancellation.Cancel(); }, cancellation.Token));
        Assert.Equal(5, steps);
    }

    [Fact]
    public void The_watcher_may_use_models_on_the_same_device()
    {
        using var tokenizer = new VfmTokenizerModel(SeededDraws.Run(1, () => new VfmTokenizer(TokenizerConfig.Tiny)), ComputeDevice.Cpu);
        var (expected, decoded) = (new byte[64 * 64 * 3], new byte[64 * 64 * 3]);
        tokenizer.Decode(new int[64], 1, expected);
        var others = new List<int[]>();
        _model.Draw([0], [1], new SamplingOptions(), step =>
        {
            tokenizer.Decode(new int[64], 1, decoded);
            others.Add(_model.Draw([2], [9], new SamplingOptions()));
        });
        Assert.Equal(expected, decoded); // the same as outside, to the last bit
        Assert.All(others, o => Assert.Equal(_model.Draw([2], [9], new SamplingOptions()), o));
    }

    [Fact]
    public void No_class_is_a_class_of_its_own_on_which_guidance_has_no_effect()
    {
        var none = _model.Draw([VfmGeneratorModel.Unconditional], [4], new SamplingOptions());
        Assert.Equal(none, _model.Draw([VfmGeneratorModel.Unconditional], [4], new SamplingOptions { GuidanceScale = 7 }));
        for (var label = 0; label < 3; label++) Assert.NotEqual(none, _model.Draw([label], [4], new SamplingOptions()));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-2)]
    public void Classes_out_of_range_are_named(int label)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _model.Draw([0, label], [1, 2], new SamplingOptions()));
        Assert.StartsWith($"Class {label} is out of range; allowed are 0 to 2, and -1 for no class.", error.Message);
    }

    [Fact]
    public void Unknown_names_list_the_known_ones()
    {
        Assert.Equal(1, _model.ClassIndex("class 1"));
        Assert.StartsWith("There is no class 'cow'; the model knows class 0, class 1, class 2: use one of them.", Assert.Throws<ArgumentException>(() => _model.ClassIndex("cow")).Message);
    }

    [Fact]
    public void Options_are_checked_against_the_codebook()
    {
        var error = Assert.Throws<ArgumentException>(() => _model.Draw([0], [1], new SamplingOptions { TopK = 513 }));
        Assert.Equal("TopK is 513 but the codebook has 512 codes; allowed are 1 to 512, and 0 for all.", error.Message);
        Assert.Equal(_model.Draw([0], [1], new SamplingOptions()), _model.Draw([0], [1], new SamplingOptions { TopK = 512 }));
    }

    [Fact]
    public void No_images_are_no_work() => Assert.Empty(_model.Draw([], [], new SamplingOptions()));
}
