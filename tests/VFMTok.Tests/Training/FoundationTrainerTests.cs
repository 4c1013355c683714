using TorchSharp;
using VFMTok.Foundation;
using VFMTok.Training;

namespace VFMTok.Tests.Training;

public sealed class FoundationTrainerTests : IDisposable
{
    private readonly WorkFolder _work = new();

    [Fact]
    public void It_learns_which_views_belong_together()
    {
        var seen = new List<TrainingProgress>();
        using var model = FoundationTrainer.Train(Options(o => (o.Steps, o.BatchSize) = (60, 12)), new Blots(12), new Collect(seen.Add));
        double Mean(string term, int from) => seen.Skip(from).Take(10).Average(p => p.Terms[term]);
        Assert.True(Mean("distillation", 50) < Mean("distillation", 0) - 0.3, $"{Mean("distillation", 0)} to {Mean("distillation", 50)}");
        Assert.True(Mean("pixel", 50) < Mean("pixel", 0), $"{Mean("pixel", 0)} to {Mean("pixel", 50)}");
        Assert.Equal((64, VisionTransformerConfig.Tiny), (model.ImageSize, model.Config));
    }

    [Fact]
    public void The_same_seed_trains_the_same_model_also_when_it_is_stopped_and_goes_on()
    {
        string Train(long seed, string? folder = null, int stopAfter = int.MaxValue)
        {
            using var stop = new CancellationTokenSource();
            try
            {
                using var model = FoundationTrainer.Train(Options(o => (o.Seed, o.Folder) = (seed, folder)), new Blots(5), new Collect(p => { if (p.Step == stopAfter) stop.Cancel(); }), cancellation: stop.Token);
                return model.Hash;
            }
            catch (TrainingCanceledException e)
            {
                return $"stopped at {e.Step}";
            }
        }
        var whole = Train(1);
        Assert.Equal(whole, Train(1));
        Assert.NotEqual(whole, Train(2));
        Assert.Equal("stopped at 2", Train(1, _work.Path("run"), stopAfter: 2));
        Assert.Equal(whole, Train(1, _work.Path("run")));
    }

    [Fact]
    public void Features_come_out_centred_and_of_deviation_one()
    {
        using var scope = torch.NewDisposeScope();
        var images = new Blots(4);
        using var model = FoundationTrainer.Train(Options(o => (o.Steps, o.BatchSize) = (2, 4)), images);
        var rgb = new byte[4 * 64 * 64 * 3];
        for (var i = 0; i < 4; i++) images.Read(i, 64, null, rgb.AsSpan(i * 64 * 64 * 3, 64 * 64 * 3));
        using var noGradient = torch.no_grad();
        var patches = model.Network.Patches(model.Network.Tokens(FoundationInput.Normalise(VFMTok.Runtime.Pixels.ToImages(rgb, 4, 64, torch.CPU)))).flatten(0, 1);
        Assert.True(patches.mean([0]).abs().max().item<float>() < 1e-2);
        Assert.Equal(1, patches.square().mean().sqrt().item<float>(), 1e-2);
    }

    [Fact]
    public void It_leaves_no_tensors_behind()
    {
        Run();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        static void Run() => FoundationTrainer.Train(Options(_ => { }), new Blots(3)).Dispose();
    }

    [Fact]
    public void Bad_input_is_one_sentence()
    {
        string Fault(Action<FoundationTrainingOptions> change, int images = 4) => Assert.Throws<ArgumentException>(() => FoundationTrainer.Train(Options(change), new Blots(images))).Message;
        Assert.StartsWith("There are 1 images to pretrain on; give at least two: a model learns what tells images apart.", Fault(_ => { }, images: 1));
        Assert.Equal("BatchSize is 1; allowed are 2 and more: an image is told apart from others.", Fault(o => o.BatchSize = 1));
        Assert.Equal("AverageDecay is 0; allowed are numbers above 0 and below 1: the teacher is the average of the student.", Fault(o => o.AverageDecay = 0));
        Assert.Equal("ImageSize is 60; allowed are multiples of the patch size 8.", Fault(o => o.ImageSize = 60));
        Assert.Equal("TeacherShare is 1.5; allowed are 0 to 1.", Fault(o => o.TeacherShare = 1.5));
        Assert.Equal("PixelBlock is 4; allowed are 0 to 3.", Fault(o => o.PixelBlock = 4));
        Assert.Equal("LocalScale is 0.9, more than GlobalScale 0.5; small views show less than large ones.", Fault(o => o.Views.LocalScale = 0.9));
    }

    public void Dispose() => _work.Dispose();

    private static FoundationTrainingOptions Options(Action<FoundationTrainingOptions> change)
    {
        var options = new FoundationTrainingOptions { Steps = 4, BatchSize = 3, SourceSize = 64 };
        change(options);
        return options;
    }

    private sealed class Collect(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    // A bright rectangle on dark ground, of another place and shape in each image.
    private sealed class Blots(int count) : ITrainingImages
    {
        public int Count => count;

        public void Read(int index, int size, Random? augmentation, Span<byte> rgb)
        {
            for (var i = 0; i < rgb.Length; i++)
            {
                var (x, y) = (i / 3 % size, i / 3 / size);
                rgb[i] = (byte)((x + index * 11) % size / (2 + index % 5) % 3 == 0 && (y + index * 23) % size / (2 + index / 5 * 3) % 2 == 0 ? 230 : 20 + 40 * (i % 3));
            }
        }
    }
}
