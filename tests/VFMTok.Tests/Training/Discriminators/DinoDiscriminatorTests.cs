using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using VFMTok.Training.Discriminators;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training.Discriminators;

public class DinoDiscriminatorTests
{
    [Fact]
    public void Only_the_heads_are_in_its_state_in_the_official_order()
    {
        using var network = Make();
        var head = new[] { "0.0.bias", "0.0.weight_orig", "0.1.weight", "0.1.bias", "1.fn.0.bias", "1.fn.0.weight_orig", "1.fn.1.weight", "1.fn.1.bias", "2.bias", "2.weight_orig" };
        Assert.Equal(from h in Enumerable.Range(0, 5) from name in head select $"heads.{h}.{name}", network.named_parameters().Select(p => network.Names.ToOfficial(p.name)));
        Assert.Equal(80, StateDict.Of(network, network.Names).Count);
    }

    [Fact]
    public void Every_patch_of_every_depth_is_judged()
    {
        using var scope = NewDisposeScope();
        using var network = Make();
        Assert.Equal([3, 5 * 4], network.call(zeros(3, 3, 50, 40)).shape);
    }

    [Fact]
    public void The_state_follows_to_another_device()
    {
        using var scope = NewDisposeScope();
        using var network = Make();
        network.to(META);
        Assert.All(network.state_dict().Values, t => Assert.Equal(DeviceType.META, t.device_type));
    }

    [Fact]
    public void The_trunk_is_disposed_with_it()
    {
        var network = Make();
        var weights = network.Trunk.Network.parameters().ToArray();
        network.Dispose();
        Assert.All(weights, w => Assert.True(w.IsInvalid));
    }

    private static DinoDiscriminator Make() => SeededDraws.Run(1, () => new DinoDiscriminator(new DinoTrunk(DinoFile.Mini)));
}
