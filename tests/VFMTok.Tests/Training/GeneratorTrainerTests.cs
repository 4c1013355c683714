using System.Text.Json;
using VFMTok.Generation;
using VFMTok.Tests.Training.Data;
using VFMTok.Tokenizer;
using VFMTok.Training;

namespace VFMTok.Tests.Training;

public class GeneratorTrainerTests
{
    // Ten images of each of two classes; each class has four tokens in turn.
    private static TokenizedImages Data(string hash = "none") => new([.. Enumerable.Range(0, 20 * 64).Select(i => (i / 64 % 2 * 200 + i % 4) % 512)], [.. Enumerable.Range(0, 20).Select(i => i % 2)], 8, 512, ["a", "b"], hash);

    [Fact]
    public void The_loss_of_held_out_images_is_recorded_and_falls()
    {
        using var work = new WorkFolder();
        var seen = new List<double>();
        var progress = new Collect(p => { if (p.Terms.TryGetValue("validation", out var loss)) seen.Add(loss); });
        GeneratorTrainer.Train(new GeneratorTrainingOptions { Steps = 30, BatchSize = 8, ValidationShare = 0.2, ValidateEvery = 10, RecordEvery = 7, Folder = work.Path("run") }, Data(), progress).Dispose();
        Assert.Equal(3, seen.Count);
        Assert.True(seen[0] < Math.Log(512) && seen[1] < seen[0] && seen[2] < seen[1], string.Join(" ", seen));
        var recorded = File.ReadLines(Path.Combine(work.Path("run"), "generator.jsonl")).Select(l => JsonDocument.Parse(l).RootElement).Where(e => e.TryGetProperty("validation", out _)).Select(e => e.GetProperty("step").GetInt32());
        Assert.Equal([10, 20, 30], recorded); // also where no record was due
    }

    [Fact]
    public void Validation_changes_nothing_of_the_training()
    {
        string Train(int every)
        {
            using var model = GeneratorTrainer.Train(new GeneratorTrainingOptions { Steps = 6, BatchSize = 4, ValidationShare = 0.2, ValidateEvery = every, Config = GeneratorConfig.Tiny with { TokenDropout = 0.1 } }, Data());
            return model.Hash;
        }
        Assert.Equal(Train(1), Train(100));
    }

    [Fact]
    public void The_record_has_pictures_of_samples_if_there_is_a_tokenizer()
    {
        using var work = new WorkFolder();
        using var tokenizer = TokenizerTrainer.Train(new TokenizerTrainingOptions { Steps = 1, BatchSize = 2 }, new FakeImages(4));
        string Train(VfmTokenizerModel? given, string name)
        {
            using var model = GeneratorTrainer.Train(new GeneratorTrainingOptions { Steps = 4, BatchSize = 4, PictureEvery = 2, Folder = work.Path(name) }, Data(tokenizer.Hash), tokenizer: given);
            return model.Hash;
        }
        Assert.Equal(Train(null, "without"), Train(tokenizer, "with"));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(work.Path("with"), "pictures"), "generator-*.png").Length);
        Assert.False(Directory.Exists(Path.Combine(work.Path("without"), "pictures")) && Directory.GetFiles(Path.Combine(work.Path("without"), "pictures")).Length > 0);
    }

    [Fact]
    public void Another_tokenizer_is_refused_by_name()
    {
        using var tokenizer = TokenizerTrainer.Train(new TokenizerTrainingOptions { Steps = 1, BatchSize = 2 }, new FakeImages(4));
        var error = Assert.Throws<ArgumentException>(() => GeneratorTrainer.Train(new GeneratorTrainingOptions { Steps = 1 }, Data("0123"), tokenizer: tokenizer));
        Assert.Contains($"made by tokenizer 0123 but tokenizer {tokenizer.Hash}", error.Message);
    }

    [Fact]
    public void No_images_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => GeneratorTrainer.Train(new GeneratorTrainingOptions(), new TokenizedImages([], [], 8, 512, ["a"], "none")));
        Assert.Contains("There are no tokenized images to train on", error.Message);
    }

    [Theory]
    [InlineData(1, null, null, "0")]
    [InlineData(4, null, null, "1 1 1 0")]
    [InlineData(8, 2, 6, "1 1 1 0.75 0.5 0.25 0 0")]
    public void Random_orders_fade_out(int steps, int? until, int? from, string expected)
    {
        var options = new GeneratorTrainingOptions { Steps = steps, RandomOrderUntil = until, RasterOrderFrom = from };
        options.Validate();
        Assert.Equal(expected, string.Join(' ', Enumerable.Range(0, steps).Select(s => FormattableString.Invariant($"{options.RandomOrderAt(s)}"))));
    }

    private sealed class Collect(Action<TrainingProgress> see) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => see(value);
    }
}
