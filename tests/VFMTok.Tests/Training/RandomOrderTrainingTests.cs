using VFMTok.Generation;
using VFMTok.Training;

namespace VFMTok.Tests.Training;

/// <summary>The random-order generator through <see cref="GeneratorTrainer"/>.</summary>
public sealed class RandomOrderTrainingTests : IDisposable
{
    private readonly WorkFolder _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void It_learns_from_two_ranks_and_writes_what_it_has_learned()
    {
        var losses = new List<double>();
        using var model = GeneratorTrainer.Train(new GeneratorTrainingOptions { Config = GeneratorConfig.RarTiny with { Width = 64, FeedForwardWidth = 0 }, Steps = 60, BatchSize = 8, ClassDropout = 0 }, Stripes(), new Collect(p => losses.Add(p.Loss)));
        Assert.True(losses[^5..].Average() < 0.35 * losses[..3].Average(), $"{losses[..3].Average()} to {losses[^5..].Average()}");
        var tokens = new int[2 * 16];
        model.Generate([0, 1], [1, 2], new SamplingOptions { Greedy = true }, tokens);
        for (var label = 0; label < 2; label++)
        {
            Assert.All(tokens[(label * 16)..(label * 16 + 16)], t => Assert.Equal(label, t / 10)); // its class's codes
            Assert.True(Enumerable.Range(0, 16).Count(n => tokens[label * 16 + n] / 5 % 2 == n % 2) > 12); // and where they stand
        }
    }

    [Fact]
    public void A_saved_model_loads_and_writes_the_same()
    {
        using var model = GeneratorTrainer.Train(new GeneratorTrainingOptions { Config = GeneratorConfig.RarTiny with { Depth = 1 }, Steps = 2, BatchSize = 4 }, Stripes());
        var path = _work.Path("generator.safetensors");
        model.Save(path);
        using var loaded = VfmGeneratorModel.Load(path);
        Assert.Equal((model.Hash, model.Config), (loaded.Hash, loaded.Config));
        Assert.Equal(GeneratorArchitecture.RandomOrder, loaded.Config.Architecture);
        Assert.Equal(Write(model), Write(loaded));

        static int[] Write(VfmGeneratorModel generator)
        {
            var tokens = new int[3 * 16];
            generator.Generate([0, 1, 1], [5, 6, 7], new SamplingOptions { GuidanceScale = 16, GuidancePower = 2.75 }, tokens);
            return tokens;
        }
    }

    [Fact]
    public void The_paper_s_run_is_a_preset()
    {
        var options = GeneratorTrainingOptions.PaperRandomOrder();
        options.Validate();
        Assert.Same(GeneratorConfig.RarL, options.Config);
        Assert.Equal([1, 1, 0.5, 0, 0], new[] { 0, 125_000, 156_250, 187_500, 249_999 }.Select(options.RandomOrderAt));
        var schedule = options.Schedule();
        Assert.Equal(4e-4, schedule.At(62_500), 1e-9);
        Assert.Equal(1e-5, schedule.At(250_000), 1e-9);
    }

    // Class c writes codes 10 c to 10 c + 9: of the upper five in odd places. The second rank is the neighbouring code.
    private static TokenizedImages Stripes()
    {
        var tokens = from image in Enumerable.Range(0, 12) from rank in Enumerable.Range(0, 2) from n in Enumerable.Range(0, 16) select 10 * (image % 2) + 5 * (n % 2) + (image + rank) % 2;
        return new TokenizedImages([.. tokens], [.. Enumerable.Range(0, 12).Select(i => i % 2)], 4, 20, ["a", "b"], "none", ranks: 2);
    }

    private sealed class Collect(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
