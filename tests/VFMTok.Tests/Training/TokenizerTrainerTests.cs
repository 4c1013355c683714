using System.Text.Json;
using VFMTok.Tokenizer;
using VFMTok.Training;

namespace VFMTok.Tests.Training;

public sealed class TokenizerTrainerTests : IDisposable
{
    private readonly WorkFolder _work = new();

    [Fact]
    public void A_run_leaves_checkpoints_model_metrics_events_pictures_and_a_report_and_each_step_once_when_it_is_resumed()
    {
        var run = _work.Path("run");
        Train(run, stopAfter: 3);
        using var model = Train(run);
        Assert.Equal(["tokenizer-000000004.safetensors", "tokenizer-000000006.safetensors", "tokenizer-notes.jsonl", "tokenizer-report.html", "tokenizer.jsonl", "tokenizer.lock", "tokenizer.safetensors"],
            Directory.GetFiles(run).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([1, 2, 3, 4, 5, 6], File.ReadLines(Path.Combine(run, "tokenizer.jsonl")).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("step").GetInt32()));
        Assert.Equal(["tokenizer-0000003.png", "tokenizer-0000006.png"], Directory.GetFiles(Path.Combine(run, "pictures")).Select(Path.GetFileName).Order());
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(run, "events", "tokenizer")));
        using var saved = VfmTokenizerModel.Load(Path.Combine(run, "tokenizer.safetensors"));
        Assert.Equal(model!.Hash, saved.Hash);
    }

    [Fact]
    public void A_run_whose_images_disappear_keeps_what_it_has_learned()
    {
        var (run, images) = (_work.Path("run"), new Vanishing(reads: 2 * 4));
        var options = new TokenizerTrainingOptions { Steps = 9, BatchSize = 2, Folder = run, Codebook = { KMeansStart = false }, ReadThreads = 0, PictureEvery = 0 };
        Assert.StartsWith("None of the 3 images can be decoded, the first one because: gone", Assert.Throws<VFMTok.Imaging.InvalidImageException>(() => TokenizerTrainer.Train(options, images)).Message);
        images.Reads = int.MaxValue;
        var steps = new List<int>();
        TokenizerTrainer.Train(options, images, new Collect(p => steps.Add(p.Step))).Dispose();
        Assert.Equal([5, 6, 7, 8, 9], steps);
    }

    [Fact]
    public void A_batch_may_be_larger_than_the_data_set_and_cut_into_parts()
    {
        using var whole = TokenizerTrainer.Train(new TokenizerTrainingOptions { Steps = 2, BatchSize = 8 }, new Stripes(3));
        var losses = new List<double>();
        using var parts = TokenizerTrainer.Train(new TokenizerTrainingOptions { Steps = 2, BatchSize = 8, Accumulation = 4 }, new Stripes(3), new Collect(p => losses.Add(p.Loss)));
        Assert.All(losses, l => Assert.True(double.IsFinite(l)));
    }

    [Fact]
    public void Parts_of_a_batch_add_up_to_the_batch()
    {
        List<double> Losses(int parts)
        {
            var losses = new List<double>();
            using var model = TokenizerTrainer.Train(new TokenizerTrainingOptions { Steps = 3, BatchSize = 4, Accumulation = parts, Codebook = { KMeansStart = false } }, new Stripes(4), new Collect(p => losses.Add(p.Loss)));
            return losses;
        }
        foreach (var (one, four) in Losses(1).Zip(Losses(4))) Assert.Equal(one, four, 1e-3 * one);
    }

    [Fact]
    public void A_part_of_a_batch_is_freed_before_the_next_one()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var (options, images, live) = (new TokenizerTrainingOptions { Steps = 1, BatchSize = 4, Accumulation = 4 }, new Stripes(4), new List<long>());
        using var network = new VfmTokenizer(options.Config);
        using var batches = new TrainingBatches(images, 64, 4, 1, new ReadAhead(0, 0), _ => { });
        using var training = new TokenizerTraining(options, network, images, batches, TorchSharp.torch.CPU, null, null);
        training.Step(0, 1e-3, _ =>
        {
            live.Add(TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            return TorchSharp.torch.zeros(1, 3, 64, 64);
        });
        Assert.All(live.Skip(1).Zip(live.Skip(2), (a, b) => b - a), growth => Assert.InRange(growth, 0, 4)); // reconstruction, image, codes, vectors
    }

    [Fact]
    public void The_average_of_the_weights_is_handed_out()
    {
        using var plain = TokenizerTrainer.Train(new TokenizerTrainingOptions { Steps = 3, BatchSize = 2 }, new Stripes(3));
        using var average = TokenizerTrainer.Train(new TokenizerTrainingOptions { Steps = 3, BatchSize = 2, AverageDecay = 0.9 }, new Stripes(3));
        Assert.NotEqual(plain.Hash, average.Hash);
    }

    [Fact]
    public void Bad_input_is_one_sentence()
    {
        string Fault<T>(TokenizerTrainingOptions options, ITrainingImages? images = null) where T : Exception => Assert.Throws<T>(() => TokenizerTrainer.Train(options, images ?? new Stripes(3))).Message;
        Assert.StartsWith("There are no images to train on; give at least one.", Fault<ArgumentException>(new(), new Stripes(0)));
        Assert.Equal("Accumulation is 3; allowed are numbers that divide the batch size 16.", Fault<ArgumentException>(new() { Accumulation = 3 }));
        Assert.Equal("AverageDecay is 1; allowed are 0 up to but not 1.", Fault<ArgumentException>(new() { AverageDecay = 1 }));
        Assert.Equal("MinimumLearningRate is 1; allowed are 0 up to the learning rate 0.003.", Fault<ArgumentException>(new() { MinimumLearningRate = 1 }));
        Assert.Equal("LearningRate is NaN; allowed are numbers above 0 up to 1.", Fault<ArgumentException>(new() { LearningRate = double.NaN }));
        Assert.Equal("Codebook.RevivalUntil is 2; allowed are 0 to 1.", Fault<ArgumentException>(new() { Codebook = { RevivalUntil = 2 } }));
        Assert.Equal("PerceptualWeights is 'nowhere' and there is no such file; check the path, or leave it null to train without the perceptual loss.", Fault<ArgumentException>(new() { PerceptualWeights = "nowhere" }));
        Train(_work.Path("run"), stopAfter: 1);
        Assert.Equal($"The checkpoints in '{_work.Path("run")}' belong to another run: BatchSize is 2 there and 4 here; use the same options or another folder.",
            Fault<ArgumentException>(new() { Steps = 6, BatchSize = 4, Folder = _work.Path("run") }));
        File.WriteAllText(_work.Path("file"), "");
        Assert.StartsWith($"The training folder '{_work.Path("file")}' cannot be written (", Fault<IOException>(new() { Folder = _work.Path("file") }));
    }

    public void Dispose() => _work.Dispose();

    private static VfmTokenizerModel? Train(string folder, int stopAfter = int.MaxValue)
    {
        using var stop = new CancellationTokenSource();
        try
        {
            return TokenizerTrainer.Train(new TokenizerTrainingOptions { Steps = 6, BatchSize = 2, Folder = folder, CheckpointEvery = 2, RecordEvery = 1, PictureEvery = 3 }, new Stripes(3),
                new Collect(p => { if (p.Step == stopAfter) stop.Cancel(); }), cancellation: stop.Token);
        }
        catch (TrainingCanceledException e)
        {
            Assert.Equal($"Cancelled at step {stopAfter} of 6 of the tokenizer; the checkpoint is in '{folder}', and the same training goes on from there.", e.Message);
            return null;
        }
    }

    private sealed class Collect(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    private sealed class Vanishing(int reads) : ITrainingImages
    {
        public int Reads { get; set; } = reads;

        public int Count => 3;

        public void Read(int index, int size, Random? augmentation, Span<byte> rgb)
        {
            if (--Reads < 0) throw new VFMTok.Imaging.InvalidImageException("gone");
            rgb.Fill((byte)(80 * index));
        }
    }

    private sealed class Stripes(int count) : ITrainingImages
    {
        public int Count => count;

        public void Read(int index, int size, Random? augmentation, Span<byte> rgb)
        {
            for (var i = 0; i < rgb.Length; i++) rgb[i] = (byte)(i / 3 % size / (index + 2) % 2 * 255);
        }
    }
}
