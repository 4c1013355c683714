using Microsoft.ML;
using VFMTok.Evaluation;
using VFMTok.Imaging;
using VFMTok.ML.Tests.Batching;
using VFMTok.ML.Tests.Components;

namespace VFMTok.ML.Tests.VfmEvaluate;

public sealed class GenerationEvaluationTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly PictureFolder _photos = new(6);
    private readonly FeatureExtractor _tiny = FeatureExtractor.Tiny();

    public void Dispose()
    {
        _tiny.Dispose();
        _photos.Dispose();
    }

    [Fact]
    public void Figures_are_the_library_s_and_references_are_cut_to_the_samples()
    {
        var (samples, references) = (new ImageSetStatistics(_tiny), new ImageSetStatistics(_tiny));
        for (var i = 0; i < 5; i++) samples.Add(Pictures.Rgb(i + 20));
        for (var i = 0; i < 6; i++) references.Add(Crops.CenterCrop(ImageDecoder.Decode(_photos.PathOf(i)), 64));
        var reference = ReferenceStatistics.Of(references, "Path");
        var expected = GenerationMetrics.Compare(samples, reference);
        var (ml, warnings) = Pictures.Logging();
        var metrics = ml.VfmEvaluateGeneration(Samples(5), _photos.Rows(_ml), "Image", "Path");
        Assert.Equal(["FD-Tiny", "precision", "recall"], metrics.Metrics.Figures.Keys);
        Assert.Equal(expected.Figures, metrics.Metrics.Figures);
        Assert.Equal(expected.Cautions, metrics.Cautions);
        Assert.Equal(metrics.Cautions, warnings);
        Assert.Equal(new EvaluationProtocol { Task = EvaluationProtocol.Generation, ImageCount = 5, Crop = "center 64 px", Neighbourhoods = ImageSetStatistics.DefaultNeighbourhoodLimit }.Against(reference), metrics.Protocol);

        var made = ml.VfmImageStatistics(_ml.Data.Cache(_photos.Rows(_ml)), "Path", new() { ImageSize = 64 });
        Assert.Equal((reference.Hash, "Path", "center 64 px"), (made.Hash, made.Name, made.Crop));
        Assert.Equal(expected.Figures, ml.VfmEvaluateGeneration(Samples(5), made, "Image").Metrics.Figures);
        var file = Path.Combine(_photos.Folder, "photos.npz");
        made.Save(file);
        Assert.Equal(metrics.Protocol, ml.VfmEvaluateGeneration(Samples(5), ReferenceStatistics.Load(file, _tiny), "Image", new() { ImageSize = 64 }).Protocol);
    }

    [Fact]
    public void Samples_of_a_generator_do_not_depend_on_its_batches()
    {
        using var tokenizer = TestModels.Tokenizer();
        using var generator = TestModels.Generator(tokenizer.Hash);
        var metrics = new[] { 2, 16 }.Select(batch =>
        {
            using var model = _ml.Transforms.VfmClassToImage("Sample", "Label", generator, tokenizer, new() { BatchSize = batch }).Fit(_photos.Rows(_ml));
            return _ml.VfmEvaluateGeneration(model.Transform(_photos.Rows(_ml)), _photos.Rows(_ml), referenceColumnName: "Path");
        }).ToArray();
        Assert.Equal(metrics[0].Metrics.Figures, metrics[1].Metrics.Figures);
        Assert.Equal(metrics[0].Protocol, metrics[1].Protocol);
    }

    [Fact]
    public void The_same_images_are_at_distance_0_and_cover_each_other()
    {
        var metrics = _ml.VfmEvaluateGeneration(Samples(8), Samples(8), "Image", options: new() { Extractor = _tiny, ReferenceName = "drawings" });
        Assert.InRange(metrics.Metrics.Distance.Value, 0, 1e-3);
        Assert.Equal((1.0, 1.0, "drawings", null), (metrics.Metrics.Precision, metrics.Metrics.Recall, metrics.Protocol.Reference, metrics.Protocol.Crop));
    }

    [Fact]
    public void Both_sides_are_cut_and_resized_as_asked()
    {
        var options = new VfmGenerationEvaluationOptions { Extractor = _tiny, ImageSize = 48, ResizeTo = 40, NeighbourhoodLimit = 0 };
        var metrics = _ml.VfmEvaluateGeneration(Samples(5), _photos.Rows(_ml), "Image", "Path", options);
        var reference = _ml.VfmImageStatistics(_photos.Rows(_ml), "Path", options);
        Assert.Equal((40, 40, "center 48 px, Pillow bicubic to 40", 0), (reference.ImageWidth, reference.ImageHeight, reference.Crop, reference.NeighbourhoodCount));
        Assert.Equal(metrics.Metrics.Figures, _ml.VfmEvaluateGeneration(Samples(5), reference, "Image", options).Metrics.Figures);
        Assert.Equal(("center 48 px", "Pillow bicubic to 40"), (metrics.Protocol.Crop, metrics.Protocol.Resize));
        Assert.Equal(["FD-Tiny"], metrics.Metrics.Figures.Keys);
    }

    [Fact]
    public void Rows_without_images_are_counted_on_both_sides()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { Pictures.Pair(1, 1), new(), Pictures.Pair(2, 2), new() });
        var metrics = _ml.VfmEvaluateGeneration(data, data, "Image", "Reconstruction", new() { Extractor = _tiny });
        Assert.Equal((2L, 2L), (metrics.Metrics.Count, metrics.MissingRows));
        Assert.Equal(["2 rows have no image in 'Image' and are left out.", "2 rows have no image in 'Reconstruction' and are left out."], metrics.Cautions.TakeLast(2));
    }

    [Fact]
    public void Each_view_is_read_once_with_one_column_and_closed()
    {
        var (samples, references) = (new CountingView(Samples(3)), new CountingView(_photos.Rows(_ml)));
        _ml.VfmEvaluateGeneration(samples, references, "Image", "Path", new() { Extractor = _tiny });
        Assert.Equal(["Image"], samples.Activations);
        Assert.Equal(["Path"], references.Activations);
        File.WriteAllText(_photos.PathOf(2), "<html>");
        var error = Assert.Throws<InvalidImageException>(() => _ml.VfmImageStatistics(references, "Path", new() { Extractor = _tiny }));
        Assert.Equal($"'{_photos.PathOf(2)}' is no image; allowed are JPEG, PNG, WebP, BMP and GIF.", error.Message);
        Assert.Equal((0, 0), (samples.OpenCursors, references.OpenCursors));
    }

    [Fact]
    public void Wrong_data_are_one_sentence()
    {
        var options = new VfmGenerationEvaluationOptions { Extractor = _tiny };
        var unread = new CountingView(Samples(3));
        Assert.StartsWith("There is no input column 'Image'; there are Path, Label: ", Fault(() => _ml.VfmEvaluateGeneration(unread, _photos.Rows(_ml), "Image", options: options)));
        var other = new ReferenceStatistics { Name = "old", Hash = "00", Extractor = new("Other", "ff", "FD-Other", 96), Pooled = Two() };
        Assert.Equal($"The reference 'old' was made with Other (ff) and the samples are seen by Tiny ({_tiny.Hash}); use the same network for both, or make the reference anew from its images.",
            Fault(() => _ml.VfmEvaluateGeneration(unread, other, "Image")));
        Assert.Empty(unread.Activations); // nothing is drawn in vain
        Assert.Equal("Column 'Image' holds no image to look at; give data with at least two.", Fault(() => _ml.VfmEvaluateGeneration(Samples(0), Samples(2), "Image", options: options)));
        Assert.Equal("A distance needs two samples at least and there is one; give more images.", Fault(() => _ml.VfmEvaluateGeneration(Samples(1), Samples(2), "Image", options: options)));
        Assert.Equal("A reference needs two images at least and 'Image' has one; give more images.", Fault(() => _ml.VfmImageStatistics(Samples(1), options: options)));
        var mixed = _ml.Data.LoadFromEnumerable(new[] { Pictures.Pair(1, 1), new PairRow { Image = TestModels.Picture(1, 32, 32) } });
        Assert.Equal("Row 2: Image 2 of the set has 32 x 32 pixels and those before it have 64 x 64; crop or resize all to one size.", Fault(() => _ml.VfmImageStatistics(mixed, options: options)));
        Assert.Equal(2, _ml.VfmImageStatistics(mixed, options: new() { ImageSize = 48 }).Count);
    }

    [Theory]
    [InlineData(-1, 0, 0, null, "ImageSize is -1; allowed are 0 (images are taken as they are) to 4096 pixels.")]
    [InlineData(0, 5000, 0, null, "ResizeTo is 5000; allowed are 0 (no resizing) to 4096 pixels.")]
    [InlineData(0, 0, -1, null, "NeighbourhoodLimit is -1; allowed are 0 (no precision and recall) and more.")]
    [InlineData(0, 0, 0, "", "ReferenceName is empty; give a name, or null for that of the column.")]
    public void Options_out_of_range_are_named(int size, int resizeTo, int limit, string? name, string sentence) =>
        Assert.Equal(sentence, Fault(() => _ml.VfmImageStatistics(Samples(2), options: new() { ImageSize = size, ResizeTo = resizeTo, NeighbourhoodLimit = limit, ReferenceName = name })));

    [Fact]
    public void Cancellation_stops_before_the_first_row()
    {
        var view = new CountingView(Samples(3));
        Assert.Throws<OperationCanceledException>(() => _ml.VfmImageStatistics(view, options: new() { Cancellation = new CancellationToken(true) }));
        Assert.Empty(view.Activations);
    }

    private static string Fault(Action work) => Assert.ThrowsAny<Exception>(work).Message;

    private IDataView Samples(int count) => _ml.Data.LoadFromEnumerable(Enumerable.Range(20, count).Select(i => Pictures.Pair(i, i)).ToArray());

    private FeatureStatistics Two()
    {
        var set = new ImageSetStatistics(_tiny);
        set.Add([Pictures.Rgb(1), Pictures.Rgb(2)]);
        return set.PooledStatistics();
    }
}
