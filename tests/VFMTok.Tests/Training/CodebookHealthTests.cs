using TorchSharp;
using VFMTok.Tokenizer;
using VFMTok.Training;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training;

public sealed class CodebookHealthTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly VectorQuantizer _quantizer = new(8, 4);

    [Fact]
    public void Figures_are_of_the_tokens_so_far()
    {
        var health = new CodebookHealth(_quantizer, new CodebookOptions(), steps: 100);
        var figures = new Dictionary<string, double>();
        health.Record(tensor(new long[] { 1, 1, 2, 2, 3, 3, 4, 4 }), 0, figures);
        Assert.Equal(4, figures["perplexity"], 1e-4);
        Assert.Equal(4, figures["dead"]);
        health.Record(tensor(new long[] { 5, 5, 6, 6, 7, 7, 0, 0 }), 1, figures);
        Assert.Equal(8, figures["perplexity"], 1e-4);
        Assert.Equal((1, 0), (figures["usage"], figures["dead"]));
    }

    [Fact]
    public void Falling_usage_warns_once()
    {
        var health = new CodebookHealth(new VectorQuantizer(100, 4), new CodebookOptions { AlertBelow = 0.03 }, steps: 100);
        string?[] Feed(params long[] codes) => [health.Record(tensor(codes).expand(codes.Length).repeat(65536 / codes.Length + 1), 0, [])];
        Assert.Null(Feed(1)[0]); // low from the start: nothing has fallen
        Assert.Null(Feed(1, 2, 3, 4, 5)[0]);
        Assert.Equal("Only 1 % of the codebook is in use since step 1; a smaller codebook, a lower learning rate or revival (Codebook.RevivalEvery) may help.".Replace(" %", ""), Feed(1)[0]!.Replace(" %", "").Replace("%", ""));
        Assert.Null(Feed(1)[0]);
    }

    [Fact]
    public void Unused_codes_move_to_vectors_of_the_batch_and_used_ones_stay()
    {
        var options = new CodebookOptions { RevivalEvery = 2, RevivalUntil = 0.5 };
        using var optimizer = new AdamW([("codebook", _quantizer.Weight)], 0);
        var health = new CodebookHealth(_quantizer, options, steps: 8);
        var vectors = nn.functional.normalize(arange(16 * 4, dtype: ScalarType.Float32).reshape(16, 4) - 20, dim: 1);
        var before = _quantizer.Weight.detach().clone();
        _quantizer.RecordUsage(tensor(new long[] { 0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3 })); // 6 and 7 are not used
        _quantizer.RecordUsage(tensor(new long[] { 0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3 }));
        Assert.Equal(0, health.Revive(vectors, 0, optimizer, 1)); // not its step
        Assert.Equal(2, health.Revive(vectors, 1, optimizer, 1));
        Assert.Equal(0, health.Revive(vectors, 5, optimizer, 1)); // past half of the run
        var after = _quantizer.Weight.detach();
        Assert.True(after.narrow(0, 0, 6).Equals(before.narrow(0, 0, 6)));
        for (var code = 6; code < 8; code++) Assert.Contains(Enumerable.Range(0, 16), row => after[code].allclose(vectors[row]));
    }

    public void Dispose()
    {
        _quantizer.Dispose();
        _scope.Dispose();
    }
}
