using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Training;

namespace VFMTok.ML.Tests.Components;

public sealed class TrainingTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly PictureFolder _pictures = new(3);

    public void Dispose() => _pictures.Dispose();

    [Fact]
    public void Every_fit_trains_a_tokenizer_of_its_own_and_reports_every_step()
    {
        var seen = new List<TrainingProgress>();
        var options = new VfmTokenizeOptions { Training = { Steps = 2, BatchSize = 2 }, Progress = new Collect(seen.Add) };
        var lines = new List<string>();
        _ml.Log += (_, e) =>
        {
            lock (lines) lines.Add(e.Message);
        };
        var estimator = _ml.Transforms.VfmTokenize("Tokens", "Path", options);
        var rows = _pictures.Rows(_ml);
        using var first = estimator.Fit(rows);
        using var second = estimator.Fit(rows);
        Assert.NotSame(first.Tokenizer, second.Tokenizer);
        Assert.Equal(first.Tokenizer.Hash, second.Tokenizer.Hash); // the same seed
        Assert.Equal([1, 2, 1, 2], seen.Select(p => p.Step));
        Assert.All(seen, p => Assert.True(p is { Phase: "tokenizer", Steps: 2 } && double.IsFinite(p.Loss)));
        Assert.Contains(lines, l => l.Contains("tokenizer 2/2: loss", StringComparison.Ordinal));
        ReadOnlyMemory<char> hash = default;
        first.Transform(rows).Schema["Tokens"].Annotations.GetValue(VfmAnnotations.TokenizerHash, ref hash);
        Assert.Equal(first.Tokenizer.Hash, hash.ToString());
    }

    [Fact]
    public void A_cancelled_fit_stops_at_the_next_step()
    {
        using var cancellation = new CancellationTokenSource();
        var steps = 0;
        var options = new VfmTokenizeOptions
        {
            Training = { Steps = 1000, BatchSize = 1 }, Cancellation = cancellation.Token, Progress = new Collect(p =>
            {
                steps = p.Step;
                if (p.Step == 2) cancellation.Cancel();
            }),
        };
        Assert.ThrowsAny<OperationCanceledException>(() => _ml.Transforms.VfmTokenize("Tokens", "Path", options).Fit(_pictures.Rows(_ml)));
        Assert.Equal(2, steps);
    }

    [Fact]
    public void With_a_folder_the_next_fit_goes_on_and_ends_as_if_it_had_never_stopped()
    {
        var folder = Path.Combine(_pictures.Folder, "run");
        var rows = _pictures.Rows(_ml);
        using var cancellation = new CancellationTokenSource();
        var steps = new List<int>();
        VfmTokenizeOptions Options(string? run, CancellationToken token) => new()
        {
            Training = { Steps = 6, BatchSize = 2, Folder = run }, Cancellation = token, Progress = new Collect(p =>
            {
                steps.Add(p.Step);
                if (run is not null && p.Step == 3) cancellation.Cancel();
            }),
        };
        using var whole = _ml.Transforms.VfmTokenize("Tokens", "Path", Options(null, default)).Fit(rows);
        var stopped = Assert.Throws<TrainingCanceledException>(() => _ml.Transforms.VfmTokenize("Tokens", "Path", Options(folder, cancellation.Token)).Fit(rows));
        Assert.Equal((3, folder), (stopped.Step, stopped.Folder));
        using (var unfinished = Tokenizer.VfmTokenizerModel.Load(Path.Combine(folder, "tokenizer.safetensors")))
        using (var usable = _ml.Transforms.VfmTokenize("Tokens", "Path", unfinished).Fit(rows))
            Assert.Equal(3, usable.Transform(rows).GetColumn<uint[]>("Tokens").Count());
        steps.Clear();
        using var resumed = _ml.Transforms.VfmTokenize("Tokens", "Path", Options(folder, default)).Fit(rows);
        Assert.Equal([4, 5, 6], steps);
        Assert.Equal(whole.Tokenizer.Hash, resumed.Tokenizer.Hash);
        steps.Clear();
        using var finished = _ml.Transforms.VfmTokenize("Tokens", "Path", Options(folder, default)).Fit(rows); // nothing is left to do
        Assert.Empty(steps);
        Assert.Equal(whole.Tokenizer.Hash, finished.Tokenizer.Hash);
    }

    [Fact]
    public void Drawing_can_be_cancelled()
    {
        using var tokenizer = TestModels.Tokenizer();
        using var generator = TestModels.Generator(tokenizer.Hash);
        using var cancellation = new CancellationTokenSource();
        var rows = _pictures.Rows(_ml);
        using var model = _ml.Transforms.VfmGenerateTokens("Tokens", "Label", generator, new VfmGenerateOptions { Cancellation = cancellation.Token }).Fit(rows);
        Assert.Equal(3, model.Transform(rows).GetColumn<uint[]>("Tokens").Count());
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => model.Transform(rows).GetColumn<uint[]>("Tokens").Count());
    }

    private sealed class Collect(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
