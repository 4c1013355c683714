using VFMTok.Training;
using VFMTok.Training.Losses;

namespace VFMTok.Tests.Training;

public class AdversaryTests
{
    [Fact]
    public void The_adversarial_loss_counts_from_its_first_step()
    {
        var seen = new List<TrainingProgress>();
        var with = Train(new AdversarialOptions { StartStep = 3, Width = 8 }, seen.Add);
        Assert.Equal([false, false, true, true], seen.Select(p => p.Terms.ContainsKey("adversarial") && p.Terms.ContainsKey("discriminator")));
        Assert.All(seen, p => Assert.All(p.Terms.Values, v => Assert.True(double.IsFinite(v))));
        Assert.Equal(with, Train(new AdversarialOptions { StartStep = 3, Width = 8 }));
        Assert.NotEqual(with, Train(null));
        Assert.Equal(Train(null), Train(new AdversarialOptions { StartStep = 5 })); // never reached
    }

    [Theory]
    [InlineData(AdversarialLossKind.Hinge)]
    [InlineData(AdversarialLossKind.Softplus)]
    public void A_discriminator_learns_to_tell_pictures_apart(AdversarialLossKind kind)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var adversary = new Adversary(new AdversarialOptions { Width = 8, LearningRate = 1e-3, DiscriminatorLoss = kind }, seed: 1, TorchSharp.torch.CPU);
        var (real, fake) = (TorchSharp.torch.ones(4, 3, 32, 32), TorchSharp.torch.ones(4, 3, 32, 32) * -0.5f);
        var losses = Enumerable.Range(0, 20).Select(_ => adversary.Learn(fake, real, clip: 1).item<float>()).ToArray();
        Assert.True(losses[^1] < 0.5 * losses[0], $"{losses[0]} to {losses[^1]}");
    }

    [Fact]
    public void Values_out_of_range_are_named()
    {
        Assert.Equal("Adversarial.Depth is 5 for images of 64 pixels; allowed are 1 to 8, and 3 x 2^Depth pixels at least.",
            Assert.Throws<ArgumentException>(() => new AdversarialOptions { Depth = 5 }.Validate(64)).Message);
        Assert.Equal("Adversarial.Weight is NaN; allowed are 0 to 1000.", Assert.Throws<ArgumentException>(() => new AdversarialOptions { Weight = double.NaN }.Validate(64)).Message);
        Assert.Equal("Adversarial.StartStep is 0; allowed are positive numbers.", Assert.Throws<ArgumentException>(() => new AdversarialOptions { StartStep = 0 }.Validate(64)).Message);
    }

    private static string Train(AdversarialOptions? adversarial, Action<TrainingProgress>? report = null)
    {
        using var model = TokenizerTrainer.Train(new TokenizerTrainingOptions { Steps = 4, BatchSize = 2, Adversarial = adversarial }, new Stripes(), report is null ? null : new Collect(report));
        return model.Hash;
    }

    private sealed class Collect(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    private sealed class Stripes : ITrainingImages
    {
        public int Count => 4;

        public void Read(int index, int size, Random? augmentation, Span<byte> rgb)
        {
            for (var i = 0; i < rgb.Length; i++) rgb[i] = (byte)(i / 3 % size / (index + 2) % 2 * 255);
        }
    }
}
