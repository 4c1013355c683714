using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using VFMTok.Evaluation;

namespace VFMTok.ML.Tests.Components;

/// <summary>No tensor outlives what made it. Models that other tests make and dispose would be counted, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
[Collection(nameof(LeakTests))]
public sealed class LeakTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly PictureFolder _pictures = new(5);

    public void Dispose() => _pictures.Dispose();

    [Fact]
    public void Transforming_leaves_nothing_behind()
    {
        using var tokenizer = TestModels.Tokenizer();
        using var generator = TestModels.Generator(tokenizer.Hash);
        var rows = _pictures.Rows(_ml);
        Unchanged(() =>
        {
            using var model = _ml.Transforms.VfmTokenize("Tokens", "Path", tokenizer, batchSize: 2).Append(_ml.Transforms.VfmDetokenize("Image", "Tokens"))
                .Append(_ml.Transforms.VfmClassToImage("Sample", "Label", generator, tokenizer)).Fit(rows);
            var view = model.Transform(rows);
            foreach (var name in new[] { "Image", "Sample" }) foreach (var image in view.GetColumn<MLImage>(name)) image.Dispose();
        });
    }

    [Fact]
    public void Fitting_leaves_nothing_behind()
    {
        var options = new VfmTokenizeOptions { Training = { Steps = 2, BatchSize = 2 } };
        Unchanged(() => _ml.Transforms.VfmTokenize("Tokens", "Path", options: options).Fit(_pictures.Rows(_ml)).Dispose());
    }

    [Fact]
    public void Evaluating_leaves_nothing_behind()
    {
        using var tokenizer = TestModels.Tokenizer();
        var rows = _pictures.Rows(_ml);
        using var model = _ml.Transforms.VfmTokenize("Tokens", "Path", tokenizer).Append(_ml.Transforms.VfmDetokenize("Image", "Tokens")).Fit(rows);
        var view = model.Transform(rows);
        Unchanged(() =>
        {
            using var extractor = FeatureExtractor.Tiny();
            _ml.VfmEvaluateReconstruction(view, "Path", "Image", "Tokens", new() { Extractor = extractor });
            _ml.VfmEvaluateGeneration(view, rows, "Image", "Path");
        });
    }

    private static void Unchanged(Action work)
    {
        work();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        work();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
