using TorchSharp;
using VFMTok.Generation;
using VFMTok.Tokenizer;
using VFMTok.Training;

namespace VFMTok.Tests.Training;

public class DeterminismTests
{
    [Fact]
    public void The_same_seed_trains_the_same_tokenizer_and_another_seed_another_one()
    {
        string Train(long seed)
        {
            using var model = TokenizerTrainer.Train(new TokenizerTrainingOptions { Steps = 3, BatchSize = 2, Seed = seed }, new Noise());
            return model.Hash;
        }
        Assert.Equal(Train(1), Train(1));
        Assert.NotEqual(Train(1), Train(2));
    }

    [Fact]
    public void Tokens_and_pictures_do_not_depend_on_batch_size_or_threads()
    {
        using var tokenizer = TokenizerTrainer.Train(new TokenizerTrainingOptions { Steps = 2, BatchSize = 2 }, new Noise());
        var (images, bytes, count) = (new byte[5 * 64 * 64 * 3], 64 * 64 * 3, tokenizer.Config.SlotCount);
        for (var i = 0; i < 5; i++) new Noise().Read(i, 64, null, images.AsSpan(i * bytes, bytes));
        var together = new int[5 * count];
        tokenizer.Encode(images, 5, together);
        var alone = new int[5 * count];
        var threads = torch.get_num_threads();
        try
        {
            torch.set_num_threads(1);
            for (var i = 0; i < 5; i++) tokenizer.Encode(images.AsSpan(i * bytes, bytes), 1, alone.AsSpan(i * count, count));
        }
        finally
        {
            torch.set_num_threads(threads);
        }
        Assert.Equal(together, alone);

        using var generator = GeneratorTrainer.Train(new GeneratorTrainingOptions { Steps = 3, BatchSize = 4 }, new TokenizedImages(together, [0, 1, 0, 1, 0], 8, 512, ["a", "b"], tokenizer.Hash));
        int[] Draw(int[] classes, long[] seeds)
        {
            var tokens = new int[classes.Length * count];
            generator.Generate(classes, seeds, new SamplingOptions { GuidanceScale = 1.5 }, tokens);
            return tokens;
        }
        Assert.Equal(Draw([0, 1, 1], [7, 8, 9])[count..(2 * count)], Draw([1], [8]));
    }

    [Fact]
    public void Training_stops_when_it_is_cancelled_and_reports_every_step()
    {
        using var cancellation = new CancellationTokenSource();
        var steps = new List<int>();
        var progress = new Collect(p => { steps.Add(p.Step); if (p.Step == 2) cancellation.Cancel(); });
        Assert.Throws<TrainingCanceledException>(() => TokenizerTrainer.Train(new TokenizerTrainingOptions { Steps = 9, BatchSize = 1 }, new Noise(), progress, cancellation: cancellation.Token));
        Assert.Equal([1, 2], steps);
    }

    private sealed class Collect(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    private sealed class Noise : ITrainingImages
    {
        public int Count => 5;

        public void Read(int index, int size, Random? augmentation, Span<byte> rgb) => new Random(index).NextBytes(rgb);
    }
}
