using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Evaluation;
using VFMTok.Imaging;
using VFMTok.ML.Models;
using VFMTok.ML.Tests.Batching;
using VFMTok.ML.Tests.Components;
using VFMTok.Tokenizer;

namespace VFMTok.ML.Tests.VfmEvaluate;

public sealed class ReconstructionEvaluationTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly PictureFolder _pictures = new(5);
    private readonly VfmTokenizerModel _tokenizer = TestModels.Tokenizer();
    private readonly FeatureExtractor _tiny = FeatureExtractor.Tiny();

    public void Dispose()
    {
        _tiny.Dispose();
        _tokenizer.Dispose();
        _pictures.Dispose();
    }

    [Fact]
    public void Figures_are_the_library_s_whatever_the_batches_the_cache_and_the_kind_of_column()
    {
        var expected = new ReconstructionEvaluator(new() { Extractor = _tiny, CodebookSize = 512 });
        var hash = new ImageSetHash();
        for (var i = 0; i < 5; i++)
        {
            var original = Crops.CenterCrop(ImageDecoder.Decode(_pictures.PathOf(i)), 64);
            var (codes, rgb) = (new int[64], new byte[64 * 64 * 3]);
            _tokenizer.Encode(original.Pixels, 1, codes);
            _tokenizer.Decode(codes, 1, rgb);
            expected.Add(original, new RgbImage(64, 64, rgb), codes);
            hash.Add(original);
        }
        var figures = expected.ToScores().Figures;
        Assert.Equal(["rFD-Tiny", "psnrDb", "ssim", "referenceSsim", "codebookUsage", "codebookPerplexity"], figures.Keys);
        var options = new VfmReconstructionEvaluationOptions { Extractor = _tiny };
        foreach (var batch in new[] { 1, 2, 16 })
        {
            using var model = Chain(batch);
            var view = model.Transform(_pictures.Rows(_ml));
            var metrics = _ml.VfmEvaluateReconstruction(view, "Path", tokensColumnName: "Tokens", options: options);
            Assert.Equal(figures, metrics.Metrics.Figures);
            Assert.Equal(new EvaluationProtocol
            {
                Task = EvaluationProtocol.Reconstruction, ImageCount = 5, Crop = "center 64 px", Extractor = ExtractorIdentity.Of(_tiny), Reference = "Path", ReferenceHash = hash.ToString(), ReferenceCount = 5,
                TokenizerHash = _tokenizer.Hash,
            }, metrics.Protocol);
            var cached = model.LastTransformer.Transform(_ml.Data.Cache(model.First().Transform(_pictures.Rows(_ml)))); // ML.NET caches no images, but the tokens
            for (var time = 0; time < 2; time++)
                Assert.Equal(figures, _ml.VfmEvaluateReconstruction(cached, "Path", tokensColumnName: "Tokens", options: options).Metrics.Figures);
            var loaded = _ml.Transforms.LoadImages("Image", "", "Path").Fit(view).Transform(view);
            Assert.Equal(figures, _ml.VfmEvaluateReconstruction(loaded, tokensColumnName: "Tokens", options: options).Metrics.Figures);
        }
    }

    [Fact]
    public void Plain_integers_count_as_keys_do()
    {
        using var keys = Chain(4);
        using var integers = _ml.Transforms.VfmTokenize("Tokens", "Path", _tokenizer, VfmTokenType.UInt32).Append(_ml.Transforms.VfmDetokenize("Reconstruction", "Tokens")).Fit(_pictures.Rows(_ml));
        Assert.Equal(Figures(keys), Figures(integers));

        IReadOnlyDictionary<string, double> Figures(ITransformer model) => _ml.VfmEvaluateReconstruction(model.Transform(_pictures.Rows(_ml)), "Path", tokensColumnName: "Tokens").Metrics.Figures;
    }

    [Fact]
    public void Equal_images_have_no_distance_and_cautions_are_logged()
    {
        var (ml, warnings) = Pictures.Logging();
        var metrics = ml.VfmEvaluateReconstruction(Rows(Pictures.Pair(1, 1), Pictures.Pair(2, 2), Pictures.Pair(3, 3)), options: new() { Extractor = _tiny });
        Assert.Equal((double.PositiveInfinity, 1.0, 3L, null), (metrics.Metrics.PsnrDb, metrics.Metrics.Ssim, metrics.Metrics.EqualImages, metrics.Protocol.Crop));
        Assert.InRange(metrics.Metrics.Figures["rFD-Tiny"], 0, 1e-3);
        Assert.Contains("3 of 3 reconstructions equal their originals and are left out of the mean of the PSNR.", metrics.Cautions);
        Assert.Contains(metrics.Cautions, c => c.StartsWith("FD-Tiny is no FID", StringComparison.Ordinal));
        Assert.Equal(metrics.Cautions, warnings);
    }

    [Fact]
    public void Rows_without_images_or_tokens_are_counted()
    {
        PairRow first = Pictures.Pair(1, 2), last = Pictures.Pair(3, 4);
        first.Tokens = [1, 3, 0, 3];
        var metrics = _ml.VfmEvaluateReconstruction(Rows(first, new(), last, new()), tokensColumnName: "Tokens");
        Assert.Equal((2L, 2L, 2 / 8.0), (metrics.Metrics.Count, metrics.MissingRows, metrics.Metrics.CodebookUsage));
        Assert.Equal(1.88988, metrics.Metrics.CodebookPerplexity!.Value, 1e-4); // frequencies 1/3 and 2/3
        Assert.Equal(["2 rows have no image in 'Image' and 'Reconstruction' and are left out.", "1 of 2 rows have images and no token in 'Tokens'; they do not count for the codebook's usage and perplexity."], metrics.Cautions);
    }

    [Fact]
    public void Both_sides_are_resized()
    {
        var evaluator = new ReconstructionEvaluator(new() { ResizeTo = 32 });
        evaluator.Add(Pictures.Rgb(1), Pictures.Rgb(2));
        var metrics = _ml.VfmEvaluateReconstruction(Rows(Pictures.Pair(1, 2)), options: new() { ResizeTo = 32 });
        Assert.Equal(evaluator.ToScores().Figures, metrics.Metrics.Figures);
        Assert.Equal("Pillow bicubic to 32", metrics.Protocol.Resize);
    }

    [Fact]
    public void Only_what_is_needed_is_read_once_and_cursors_are_closed()
    {
        var view = new CountingView(Rows(Pictures.Pair(1, 2), new PairRow { Image = TestModels.Picture(1, 64, 64) }));
        var error = Assert.Throws<ArgumentException>(() => _ml.VfmEvaluateReconstruction(view, tokensColumnName: "Tokens"));
        Assert.Equal("Row 2: there is an image in column 'Image' and none in 'Reconstruction'; give both, or leave the row out.", error.Message);
        Assert.Equal(["Image,Reconstruction,Tokens"], view.Activations);
        Assert.Equal(0, view.OpenCursors);
    }

    [Fact]
    public void Wrong_data_are_one_sentence()
    {
        var pair = Rows(Pictures.Pair(1, 2));
        Assert.StartsWith("There is no input column 'Nope'; there are Image, Reconstruction, Path, ", Fault(pair, "Nope"));
        Assert.Equal("Input column 'Number' is Single but must be Image, or Text with the paths of image files; name another column or convert it.", Fault(pair, "Number"));
        Assert.Equal("Input column 'Path' is String but must be Image; name another column or convert it.", Fault(pair, reconstruction: "Path"));
        Assert.Contains("must be a vector of Key<UInt32> or of UInt32", Fault(pair, tokens: "Number"));
        Assert.Equal("'originalColumnName' is empty; give the name of a column. (Parameter 'originalColumnName')", Fault(pair, " "));
        Assert.Equal("No row has images in 'Image' and 'Reconstruction'; give data with at least one.", Fault(Rows()));
        Assert.Equal("No row has images in 'Image' and 'Reconstruction'; give data with at least one.", Fault(Rows(new PairRow())));
        var mixed = Rows(Pictures.Pair(1, 2), new() { Image = TestModels.Picture(1, 32, 32), Reconstruction = TestModels.Picture(2, 32, 32) });
        Assert.Equal("Row 2: Pair 2 has 32 x 32 pixels and those before it have 64 x 64; crop all images to one size, or set ResizeTo.", Fault(mixed, options: new() { Extractor = _tiny }));
        Assert.Equal("Row 1: The image has 64 x 64 pixels and is to be compared with one of 32 x 30; squares are cut out only, so give both in one size.",
            Fault(Rows(new PairRow { Image = TestModels.Picture(1, 64, 64), Reconstruction = TestModels.Picture(2, 32, 30) })));
        Assert.Equal("ResizeTo is -1; allowed are 0 (no resizing) to 4096 pixels.", Fault(pair, options: new() { ResizeTo = -1 }));
        var missing = Assert.Throws<InvalidImageException>(() => _ml.VfmEvaluateReconstruction(Rows(new PairRow { Path = "/nowhere.png", Reconstruction = TestModels.Picture(2, 64, 64) }), "Path"));
        Assert.Equal("There is no image file '/nowhere.png'; check the path.", missing.Message);
    }

    [Fact]
    public void Cancellation_stops_between_rows()
    {
        using var stop = new CancellationTokenSource();
        var seen = new List<long>();
        var options = new VfmReconstructionEvaluationOptions { Cancellation = stop.Token, Progress = new Steps(n => { seen.Add(n); if (n == 1) stop.Cancel(); }) };
        Assert.Throws<OperationCanceledException>(() => _ml.VfmEvaluateReconstruction(Rows(Pictures.Pair(1, 2), Pictures.Pair(1, 2), Pictures.Pair(1, 2)), options: options));
        Assert.Equal([0, 1], seen);
    }

    private string Fault(IDataView data, string original = "Image", string reconstruction = "Reconstruction", string? tokens = null, VfmReconstructionEvaluationOptions? options = null) =>
        Assert.ThrowsAny<ArgumentException>(() => _ml.VfmEvaluateReconstruction(data, original, reconstruction, tokens, options)).Message;

    private IDataView Rows(params PairRow[] rows) => _ml.Data.LoadFromEnumerable(rows);

    private TransformerChain<VfmDetokenizeTransformer> Chain(int batch)
    {
        var rows = _pictures.Rows(_ml);
        return _ml.Transforms.VfmTokenize("Tokens", "Path", _tokenizer, batchSize: batch).Append(_ml.Transforms.VfmDetokenize("Reconstruction", "Tokens", options: new() { BatchSize = batch })).Fit(rows);
    }

    private sealed class Steps(Action<long> seen) : IProgress<long>
    {
        public void Report(long value) => seen(value);
    }
}
