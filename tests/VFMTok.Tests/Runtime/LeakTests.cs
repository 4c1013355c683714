using TorchSharp;
using VFMTok.Evaluation;
using VFMTok.Generation;
using VFMTok.Tests.Evaluation;
using VFMTok.Tests.Training.Discriminators;
using VFMTok.Training;
using VFMTok.Training.Discriminators;
using static TorchSharp.torch;

namespace VFMTok.Tests.Runtime;

/// <summary>Counts tensors, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
[Collection(nameof(LeakTests))]
public class LeakTests
{
    [Fact]
    public void Using_a_model_leaves_nothing_behind()
    {
        using var tokenizer = TokenizerTrainer.Train(new TokenizerTrainingOptions { Steps = 1, BatchSize = 2 }, new Flat());
        var (rgb, tokens) = (new byte[2 * 64 * 64 * 3], new int[2 * 64]);
        tokenizer.Encode(rgb, 2, tokens);
        Settle();
        var before = torch.Tensor.TotalCount;
        for (var i = 0; i < 5; i++)
        {
            tokenizer.Encode(rgb, 2, tokens);
            tokenizer.Decode(tokens, 2, rgb);
            tokenizer.Attention(rgb.AsSpan(rgb.Length / 2));
        }
        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    [Fact]
    public void Metrics_leave_nothing_behind()
    {
        using var extractor = FeatureExtractor.Tiny();
        using var work = new WorkFolder();
        using var file = new PerceptualFile();
        using var perceptual = PerceptualDistance.Load(file.Path);
        Run();
        Settle();
        var before = torch.Tensor.TotalCount;
        Run();
        Assert.Equal(before, torch.Tensor.TotalCount);

        void Run()
        {
            var features = extractor.Extract([.. Enumerable.Range(0, 20).Select(i => new VFMTok.Imaging.RgbImage(64, 64, [.. Enumerable.Repeat((byte)i, 64 * 64 * 3)]))]);
            var moments = new FeatureMoments(extractor.Width);
            moments.Add(features.Pooled);
            FrechetDistance.Between(moments.ToStatistics(), moments.ToStatistics());
            PrecisionRecall.Of(features.Pooled, features.Pooled, extractor.Width);
            var evaluator = new ReconstructionEvaluator(new() { Extractor = extractor, PerceptualDistance = perceptual });
            foreach (var image in DrawnImages.Of(6, 32)) evaluator.Add(image, DrawnImages.Changed(image));
            evaluator.ToScores();
            ReferenceStatistics.Of(Set(extractor), "images").Save(work.Path("reference.npz"));
            GenerationMetrics.Compare(Set(extractor), ReferenceStatistics.Load(work.Path("reference.npz"), extractor));
        }
    }

    private static ImageSetStatistics Set(FeatureExtractor extractor)
    {
        var set = new ImageSetStatistics(extractor);
        set.Add(DrawnImages.Of(20));
        return set;
    }

    [Fact]
    public void Training_leaves_nothing_behind()
    {
        // Tensor.TotalCount counts the tensor that a Parameter takes over for ever; the scopes' own count does not.
        Run();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        static void Run()
        {
            using var tokenizer = TokenizerTrainer.Train(new TokenizerTrainingOptions { Steps = 2, BatchSize = 2, Adversarial = new() { StartStep = 1, Width = 8 } }, new Flat());
            using var generator = GeneratorTrainer.Train(new GeneratorTrainingOptions { Steps = 2, BatchSize = 2 }, new TokenizedImages(new int[128], [0, 1], 8, 512, ["a", "b"], tokenizer.Hash));
            var tokens = new int[64];
            generator.Generate([1], [5], new SamplingOptions(), tokens);
            var config = GeneratorConfig.RarTiny with { Depth = 1, AttentionDropout = 0.1 };
            using var random = GeneratorTrainer.Train(new GeneratorTrainingOptions { Config = config, Steps = 3, BatchSize = 2 }, new TokenizedImages(new int[128], [0, 1], 8, 512, ["a", "b"], tokenizer.Hash));
            random.Generate([1], [5], new SamplingOptions { GuidanceScale = 4, GuidancePower = 1 }, tokens);
        }
    }

    [Theory]
    [InlineData(DiscriminatorKind.Patch)]
    [InlineData(DiscriminatorKind.StyleGan)]
    [InlineData(DiscriminatorKind.Dino)]
    public void Discriminators_leave_nothing_behind(DiscriminatorKind kind)
    {
        using var dino = kind == DiscriminatorKind.Dino ? new DinoFile() : null;
        Run();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Run()
        {
            var options = new AdversarialOptions { Discriminator = kind, Width = 8, Depth = 1, DinoWeights = dino?.Path };
            using var adversary = new Adversary(options, VFMTok.Runtime.SeededDraws.Run(1, () => Discriminator.Create(options, 8)), CPU);
            for (var step = 0; step < 2; step++)
            {
                using var scope = NewDisposeScope();
                var (images, reconstruction) = (zeros(1, 3, 8, 8), ones([1, 3, 8, 8], requires_grad: true));
                adversary.GeneratorLoss(reconstruction, step).backward();
                adversary.Learn([(reconstruction, images, step)], clip: 1);
            }
        }
    }

    [Fact]
    public void The_count_of_live_tensors_sees_a_leak()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Tensor forgotten;
        using (NewDisposeScope()) forgotten = ones(1).DetachFromDisposeScope();
        Assert.Equal(before + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        forgotten.Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static void Settle()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private sealed class Flat : ITrainingImages
    {
        public int Count => 3;

        public void Read(int index, int size, Random? augmentation, Span<byte> rgb) => rgb.Fill((byte)(80 * index));
    }
}
