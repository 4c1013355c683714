using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using VFMTok.Training;
using VFMTok.Training.Discriminators;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training.Discriminators;

public class DiscriminatorTests(DinoFile dino) : IClassFixture<DinoFile>
{
    [Theory]
    [InlineData(DiscriminatorKind.Patch, typeof(PatchDiscriminator))]
    [InlineData(DiscriminatorKind.StyleGan, typeof(StyleGanDiscriminator))]
    [InlineData(DiscriminatorKind.Dino, typeof(DinoDiscriminator))]
    public void Every_kind_is_made_and_survives_a_checkpoint(DiscriminatorKind kind, Type type)
    {
        Discriminator Make(long seed)
        {
            using var scope = NewDisposeScope(); // which it outlives
            return SeededDraws.Run(seed, () => Discriminator.Create(new AdversarialOptions { Discriminator = kind, Width = 8, Depth = 1, DinoWeights = dino.Path }, imageSize: 8));
        }
        using var scope = NewDisposeScope();
        using var network = Make(1);
        using var again = Make(2);
        Assert.IsType(type, network);
        var images = SeededDraws.Run(3, () => SeededDraws.Normal(0.5, 2, 3, 8, 8));
        network.call(images); // moves running statistics and power iterations
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, StateDict.Of(network, network.Names), new Dictionary<string, string>());
        stream.Position = 0;
        using var file = new SafetensorsReader(stream, "state");
        StateDict.Load(again, again.Names, file);
        foreach (var training in new[] { true, false })
        {
            network.train(training);
            again.train(training);
            var logits = network.call(images);
            Assert.True(logits.isfinite().all().item<bool>());
            Assert.True(logits.SameAs(again.call(images)));
        }
    }

    [Fact]
    public void Negative_numbers_are_scaled_down()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([-0.4f, 0, 3], Discriminator.Rectify(tensor(new[] { -2f, 0, 3 })).data<float>().ToArray());
    }
}
