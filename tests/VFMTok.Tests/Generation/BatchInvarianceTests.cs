using TorchSharp;
using VFMTok.Generation;
using VFMTok.Runtime;
using VFMTok.Training;

namespace VFMTok.Tests.Generation;

/// <summary>The same class, seed and options give the same tokens whatever else is drawn. Changes the number of threads, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(BatchInvarianceTests), DisableParallelization = true)]
[Collection(nameof(BatchInvarianceTests))]
public class BatchInvarianceTests
{
    public static TheoryData<SamplingOptions> Settings() =>
    [
        new(),
        new() { GuidanceScale = 2.5 },
        new() { GuidanceScale = 4, GuidanceInterval = 20, TopK = 100, TopP = 0.9, Temperature = 1.1 },
        new() { TopP = 0.7 },
        new() { Greedy = true, GuidanceScale = 1.5 },
        new() { Precision = Precision.BFloat16, GuidanceScale = 2 },
        new() { Int8Weights = true },
    ];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Tokens_are_the_same_at_every_batch_size_and_number_of_threads(SamplingOptions options)
    {
        using var random = LoudGenerator.Model(GeneratorConfig.Tiny);
        Check(random, options);
    }

    [Fact]
    public void So_they_are_with_shared_keys_and_odd_sizes()
    {
        using var random = LoudGenerator.Model(GeneratorConfig.Tiny with { Heads = 6, KeyValueHeads = 2, Width = 72, HiddenMultiple = 1, CodebookSize = 333 });
        Check(random, new SamplingOptions { GuidanceScale = 2 });
        Check(random, new SamplingOptions { GuidanceScale = 2, Precision = Precision.BFloat16 });
    }

    [Fact]
    public void So_they_are_of_the_random_order_network()
    {
        using var random = LoudGenerator.Model(GeneratorConfig.RarTiny);
        Check(random, new SamplingOptions { GuidanceScale = 4, GuidancePower = 2.75 });
        Check(random, new SamplingOptions { Precision = Precision.BFloat16 });
        Check(random, new SamplingOptions { GuidanceScale = 4, Int8Weights = true });
    }

    [Fact]
    public void So_they_are_of_a_trained_generator()
    {
        var draws = new Random(1);
        var tokens = Enumerable.Range(0, 40 * 64).Select(i => (i / 640 + i % 64 * 5 + draws.Next(4)) % 512).ToArray();
        using var trained = GeneratorTrainer.Train(new GeneratorTrainingOptions { Steps = 40, BatchSize = 8 },
            new TokenizedImages(tokens, [.. Enumerable.Range(0, 40).Select(i => i / 10)], 8, 512, ["a", "b", "c", "d"], ""));
        Check(trained, new SamplingOptions { GuidanceScale = 1.5 });
    }

    [Fact]
    public void Logits_are_the_same_to_the_last_bit()
    {
        using var network = LoudGenerator.Network(LoudGenerator.Small);
        var classes = Enumerable.Range(0, 64).Select(i => i % 3).ToArray();
        var seeds = Enumerable.Range(0, 64).Select(i => (long)i).ToArray();
        var all = Logits(classes, seeds, threads: 2);
        foreach (var (first, count, threads) in new[] { (0, 1, 1), (63, 1, 2), (10, 7, 1), (57, 7, 3), (0, 64, 1) })
            Assert.Equal(all.Select(step => step[(first * 512)..((first + count) * 512)]), Logits(classes[first..(first + count)], seeds[first..(first + count)], threads));

        float[][] Logits(int[] labels, long[] seedOf, int threads) => WithThreads(threads, () =>
        {
            using var scope = torch.NewDisposeScope();
            var steps = new List<float[]>();
            var uniform = torch.tensor(VFMTok.Runtime.RowSeeds.Uniform(seedOf, 16), [labels.Length, 16]);
            CodeSampler.Sample(network, torch.tensor(labels).to(torch.ScalarType.Int64), uniform, new SamplingOptions { GuidanceScale = 3 }, observe: l => steps.Add(l.data<float>().ToArray()));
            return steps.ToArray();
        });
    }

    private static void Check(VfmGeneratorModel model, SamplingOptions options)
    {
        var count = model.Config.TokenCount;
        var classes = Enumerable.Range(0, 64).Select(i => i % 5 == 4 ? VfmGeneratorModel.Unconditional : i % model.Config.ClassCount).ToArray();
        var seeds = Enumerable.Range(0, 64).Select(i => 1000L - i).ToArray();
        var all = WithThreads(1, () => model.Draw(classes, seeds, options));
        Assert.True(all.Distinct().Count() > 20, "the test would be too easy");
        foreach (var threads in new[] { 1, 2 })
            foreach (var (first, size) in new[] { (0, 1), (4, 1), (41, 1), (63, 1), (0, 7), (37, 7), (57, 7), (0, 64) })
            {
                var part = WithThreads(threads, () => model.Draw(classes[first..(first + size)], seeds[first..(first + size)], options));
                Assert.Equal(all[(first * count)..((first + size) * count)], part);
            }
    }

    private static T WithThreads<T>(int threads, Func<T> work)
    {
        var before = torch.get_num_threads();
        torch.set_num_threads(threads);
        try
        {
            return work();
        }
        finally
        {
            torch.set_num_threads(before);
        }
    }
}
