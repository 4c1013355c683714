using VFMTok.Evaluation;
using VFMTok.Imaging;

namespace VFMTok.Tests.Evaluation;

public sealed class ReconstructionEvaluatorTests(PerceptualFile file) : IClassFixture<PerceptualFile>, IDisposable
{
    private readonly FeatureExtractor _tiny = FeatureExtractor.Tiny();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Figures_are_means_over_the_pairs()
    {
        var (originals, reconstructions) = (DrawnImages.Of(9, 32, 1), DrawnImages.Of(9, 32, 2));
        using var perceptual = PerceptualDistance.Load(file.Path);
        var evaluator = new ReconstructionEvaluator(new() { PerceptualDistance = perceptual, CodebookSize = 8, Extractor = _tiny });
        var pairs = originals.Zip(reconstructions).ToArray();
        foreach (var (original, reconstruction) in pairs) evaluator.Add(original, reconstruction, [1, 5]);
        var scores = evaluator.ToScores();
        Assert.Equal((9L, 0L), (scores.Count, scores.EqualImages));
        Assert.Equal(pairs.Average(p => ReconstructionMetrics.Psnr(p.First, p.Second)), scores.PsnrDb, 1e-9);
        Assert.Equal(pairs.Average(p => ReconstructionMetrics.Ssim(p.First, p.Second)), scores.Ssim, 1e-12);
        Assert.Equal(pairs.Average(p => ReconstructionMetrics.ReferenceSsim(p.First, p.Second)), scores.ReferenceSsim, 1e-12);
        Assert.Equal(perceptual.Of(originals, reconstructions).Average(), scores.PerceptualDistance!.Value, 1e-12);
        Assert.Equal((0.25, 2), (scores.CodebookUsage!.Value, Math.Round(scores.CodebookPerplexity!.Value, 9)));
        Assert.Equal(Metrics(originals, reconstructions).Distance, scores.Set!.Distance);
        Assert.Equal(["rFD-Tiny", "psnrDb", "ssim", "referenceSsim", "lpips", "codebookUsage", "codebookPerplexity"], scores.Figures.Keys);
        Assert.Equal(scores.Set.Distance.Value, scores.Figures["rFD-Tiny"]);
        Assert.Contains("The reference 'originals' has only 9 images, fewer than 10000; compare with figures against the same reference only.", scores.Cautions);
        Assert.DoesNotContain(scores.Cautions, c => c.Contains("recall"));
    }

    [Fact]
    public void A_pair_tells_its_PSNR_and_the_set_its_codes_and_its_hash()
    {
        var (originals, evaluator) = (DrawnImages.Of(2, 32), new ReconstructionEvaluator(new() { CodebookSize = 4, Extractor = _tiny }));
        Assert.Equal(ReconstructionMetrics.Psnr(originals[0], originals[1]), evaluator.Add(originals[0], originals[1], [3, 3, 0]));
        Assert.Equal(double.PositiveInfinity, evaluator.Add(originals[1], originals[1], [1]));
        Assert.Equal([1, 1, 0, 2], evaluator.Codebook!.Counts);
        var set = new ImageSetStatistics(_tiny);
        set.Add(originals);
        Assert.Equal(set.ContentHash, evaluator.OriginalsHash);
        Assert.Equal((null, null), (new ReconstructionEvaluator().Codebook, new ReconstructionEvaluator().OriginalsHash));
    }

    [Fact]
    public void Both_sides_are_resized_before_anything_is_measured()
    {
        var (originals, reconstructions) = (DrawnImages.Of(5, 84, 1), DrawnImages.Of(5, 84, 2));
        var (resizing, plain) = (new ReconstructionEvaluator(new() { ResizeTo = 64, Extractor = _tiny }), new ReconstructionEvaluator(new() { Extractor = _tiny }));
        foreach (var (original, reconstruction) in originals.Zip(reconstructions))
        {
            resizing.Add(original, reconstruction);
            plain.Add(Resized(original), Resized(reconstruction));
        }
        Assert.Equal(plain.ToScores().Figures, resizing.ToScores().Figures);
        Assert.Equal(("Pillow bicubic to 64", null), (new ReconstructionEvaluatorOptions { ResizeTo = 64 }.ResizeText, new ReconstructionEvaluatorOptions().ResizeText));

        static RgbImage Resized(RgbImage image) => PillowResampling.Resize(image, 64, 64, ResamplingFilter.Bicubic);
    }

    [Fact]
    public void Equal_images_are_left_out_of_the_mean_of_the_PSNR_and_told()
    {
        var images = DrawnImages.Of(3, 16);
        var evaluator = new ReconstructionEvaluator();
        evaluator.Add(images[0], images[0]);
        var scores = evaluator.ToScores();
        Assert.Equal((double.PositiveInfinity, 1.0), (scores.PsnrDb, scores.Ssim));
        Assert.Equal(["ssim", "referenceSsim"], scores.Figures.Keys);
        evaluator.Add(images[1], images[2]);
        scores = evaluator.ToScores();
        Assert.Equal(ReconstructionMetrics.Psnr(images[1], images[2]), scores.PsnrDb);
        Assert.Equal(["1 of 2 reconstructions equal their originals and are left out of the mean of the PSNR."], scores.Cautions);
    }

    [Fact]
    public void A_perfect_tokenizer_is_at_distance_0()
    {
        var evaluator = new ReconstructionEvaluator(new() { Extractor = _tiny });
        foreach (var image in DrawnImages.Of(20)) evaluator.Add(image, image);
        Assert.InRange(evaluator.ToScores().Figures["rFD-Tiny"], 0, 1e-3);
    }

    [Fact]
    public void Bad_input_is_one_sentence_and_does_not_count()
    {
        using var perceptual = PerceptualDistance.Load(file.Path);
        var evaluator = new ReconstructionEvaluator(new() { PerceptualDistance = perceptual, CodebookSize = 8, Extractor = _tiny });
        RgbImage a = DrawnImages.One(64, 64, 1), b = DrawnImages.One(64, 64, 2), small = DrawnImages.One(12, 12, 3), other = DrawnImages.One(32, 32, 3);
        string Fault(RgbImage x, RgbImage y, params int[] tokens) => Assert.ThrowsAny<ArgumentException>(() => evaluator.Add(x, y, tokens)).Message;
        Assert.Equal("Scores need images and there are none; give at least one pair.", Assert.Throws<InvalidOperationException>(() => evaluator.ToScores()).Message);
        Assert.StartsWith("LPIPS sees images of 16 x 16 pixels and more and was given 12 x 12; give larger ones.", Fault(small, small));
        evaluator.Add(a, b, [1]);
        Assert.StartsWith("Images of 64 x 64 and 32 x 32 pixels cannot be compared; give two images of the same size.", Fault(a, other));
        Assert.StartsWith("Pair 2 has 32 x 32 pixels and those before it have 64 x 64; crop all images to one size, or set ResizeTo.", Fault(other, other));
        Assert.StartsWith("Token 8 is out of range; allowed are 0 to 7.", Fault(a, b, 1, 8));
        evaluator.Add(b, a, [2]);
        var scores = evaluator.ToScores();
        Assert.Equal((2L, 2L, 0.25), (scores.Count, scores.Set!.Count, scores.CodebookUsage));
        Assert.StartsWith("ResizeTo is 5000; allowed are 0 (no resizing) to 4096 pixels.", Assert.Throws<ArgumentException>(() => new ReconstructionEvaluator(new() { ResizeTo = 5000 })).Message);
        Assert.StartsWith("CodebookSize is -1; allowed are 0 (not measured) and more.", Assert.Throws<ArgumentException>(() => new ReconstructionEvaluator(new() { CodebookSize = -1 })).Message);
    }

    private GenerationMetrics Metrics(RgbImage[] originals, RgbImage[] reconstructions)
    {
        var (real, made) = (new ImageSetStatistics(_tiny), new ImageSetStatistics(_tiny));
        real.Add(originals);
        made.Add(reconstructions);
        return GenerationMetrics.Compare(made, ReferenceStatistics.Of(real, "originals"));
    }
}
