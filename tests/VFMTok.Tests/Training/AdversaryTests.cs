using TorchSharp;
using VFMTok.Runtime;
using VFMTok.Tests.Training.Discriminators;
using VFMTok.Training;
using VFMTok.Training.Discriminators;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training;

public class AdversaryTests(DinoFile dino) : IClassFixture<DinoFile>
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

    [Fact]
    public void The_papers_discriminator_trains_beside_a_tokenizer()
    {
        AdversarialOptions Options() => new() { StartStep = 4, Discriminator = DiscriminatorKind.Dino, DinoWeights = dino.Path };
        var seen = new List<TrainingProgress>();
        Assert.Equal(Train(Options(), seen.Add), Train(Options()));
        Assert.True(double.IsFinite(seen[^1].Terms["adversarial"]) && double.IsFinite(seen[^1].Terms["discriminator"]));
    }

    [Theory]
    [InlineData(DiscriminatorKind.Patch, AdversarialLossKind.Hinge, 32)]
    [InlineData(DiscriminatorKind.Patch, AdversarialLossKind.Softplus, 32)]
    [InlineData(DiscriminatorKind.StyleGan, AdversarialLossKind.Hinge, 8)]
    [InlineData(DiscriminatorKind.Dino, AdversarialLossKind.Hinge, 32)]
    public void A_discriminator_learns_to_tell_pictures_apart(DiscriminatorKind kind, AdversarialLossKind loss, int size)
    {
        using var scope = NewDisposeScope();
        using var adversary = Make(new AdversarialOptions { Discriminator = kind, Width = 8, LearningRate = 2e-4, DiscriminatorLoss = loss }, size);
        var real = cat([ones(1, 3, size, size / 2), full([1, 3, size, size / 2], -1f)], 3); // bright at the left
        var fake = SeededDraws.Run(2, () => SeededDraws.Normal(0.5, 1, 3, size, size));
        var losses = Enumerable.Range(0, 12).Select(step => adversary.Learn([(fake, real, step)], clip: 1).Loss).ToArray();
        Assert.True(losses[^1] < 0.5 * losses[0], string.Join(" ", losses));
    }

    [Fact]
    public void Its_weight_is_left_to_the_caller()
    {
        using var scope = NewDisposeScope();
        Tensor Loss(double weight)
        {
            using var adversary = Make(new AdversarialOptions { Width = 8, Weight = weight }, 32);
            Assert.Equal(weight, adversary.Weight);
            return adversary.GeneratorLoss(zeros(2, 3, 32, 32), seed: 1).detach();
        }
        Assert.True(Loss(0.5).SameAs(Loss(3)));
    }

    [Fact]
    public void What_a_discriminator_draws_depends_on_the_steps_seed_alone()
    {
        using var scope = NewDisposeScope();
        var options = new AdversarialOptions { Discriminator = DiscriminatorKind.Dino };
        using var one = Make(options, 240);
        using var other = Make(options, 240);
        var images = rand(1, 3, 240, 240);
        for (var seed = 0; seed < 3; seed++) // cut or resized: 240 px are more than DINO's 224
        {
            Assert.True(one.GeneratorLoss(images, seed).SameAs(other.GeneratorLoss(images, seed)));
            rand(3).Dispose();
            Assert.Equal(one.Learn([(images, -images, seed)], clip: 1), other.Learn([(images, -images, seed)], clip: 1));
        }
        Assert.False(one.GeneratorLoss(images, 3).SameAs(other.GeneratorLoss(images, 4)));
    }

    [Fact]
    public void Values_out_of_range_are_named()
    {
        Assert.Equal("Adversarial.Depth is 5 for images of 64 pixels; allowed are 1 to 8, and 3 x 2^Depth pixels at least.",
            Assert.Throws<ArgumentException>(() => new AdversarialOptions { Depth = 5 }.Validate(64, 8)).Message);
        Assert.Equal("The StyleGAN discriminator cannot see images of 336 pixels; allowed are powers of two from 4 to 512: choose another image size or another discriminator.",
            Assert.Throws<ArgumentException>(() => new AdversarialOptions { Discriminator = DiscriminatorKind.StyleGan }.Validate(336, 8)).Message);
        Assert.Equal("Adversarial.Discriminator is Dino without DinoWeights; set the path of a file with DINO ViT-S/16.",
            Assert.Throws<ArgumentException>(() => new AdversarialOptions { Discriminator = DiscriminatorKind.Dino }.Validate(64, 8)).Message);
        Assert.Equal("A batch of 9 images does not fall into 2 equal groups, over which the DINO discriminator normalises; use up to 8 images or a multiple of 8.",
            Assert.Throws<ArgumentException>(() => new AdversarialOptions { Discriminator = DiscriminatorKind.Dino, DinoWeights = dino.Path }.Validate(64, 9)).Message);
        Assert.Equal("Adversarial.Discriminator is 7; allowed are Patch, StyleGan, Dino.",
            Assert.Throws<ArgumentException>(() => new AdversarialOptions { Discriminator = (DiscriminatorKind)7 }.Validate(64, 8)).Message);
        Assert.Equal("Adversarial.Weight is NaN; allowed are 0 to 1000.", Assert.Throws<ArgumentException>(() => new AdversarialOptions { Weight = double.NaN }.Validate(64, 8)).Message);
        Assert.Equal("Adversarial.StartStep is 0; allowed are positive numbers.", Assert.Throws<ArgumentException>(() => new AdversarialOptions { StartStep = 0 }.Validate(64, 8)).Message);
    }

    private Adversary Make(AdversarialOptions options, int size)
    {
        options.DinoWeights = dino.Path;
        options.Validate(size, 2);
        return new Adversary(options, SeededDraws.Run(1, () => Discriminator.Create(options, size)), CPU);
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
