using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using VFMTok.Training.Discriminators;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training.Discriminators;

public class DinoTrunkTests
{
    [Fact]
    public void It_reads_before_the_blocks_and_after_each_quarter()
    {
        using var scope = NewDisposeScope();
        using var trunk = SeededDraws.Run(1, () => new DinoTrunk(DinoFile.Mini with { Depth = 8 }));
        var images = SeededDraws.Run(2, () => SeededDraws.Normal(1, 2, 3, trunk.ImageSize, trunk.ImageSize));
        var readouts = trunk.Readouts(images);
        Assert.Equal(5, readouts.Length);
        Assert.All(readouts, r => Assert.Equal([2, 4, 32], r.shape));
        Assert.Equal(4, readouts.Zip(readouts.Skip(1)).Count(p => !p.First.allclose(p.Second)));
    }

    [Fact]
    public void Its_weights_are_frozen_but_the_pictures_get_a_gradient()
    {
        using var scope = NewDisposeScope();
        using var trunk = SeededDraws.Run(1, () => new DinoTrunk(DinoFile.Mini));
        var images = zeros([1, 3, 32, 32], requires_grad: true);
        trunk.Readouts(images)[^1].Squared().sum().backward();
        Assert.NotEqual(0, images.grad!.abs().sum().item<float>());
        Assert.All(trunk.Network.parameters(), p => Assert.True(p.grad is null && !p.requires_grad));
    }

    [Fact]
    public void It_follows_its_images_to_their_device()
    {
        using var trunk = new DinoTrunk(DinoFile.Mini);
        using (NewDisposeScope()) trunk.Follow(META);
        Assert.All(trunk.Network.parameters(), p => Assert.True(!p.IsInvalid && p.device_type == DeviceType.META)); // and the scope freed none of them
    }

    [Fact]
    public void The_key_biases_are_zeroed_and_nothing_else_changes()
    {
        using var scope = NewDisposeScope();
        using var file = new DinoFile(DinoFile.Mini, tensors => tensors["blocks.2.attn.qkv.bias"] = arange(96).to(ScalarType.Float32) / 50);
        using var trunk = DinoTrunk.Load(file.Path, DinoFile.Mini);
        var loaded = StateDict.Of(trunk.Network, DinoTransformer.Names).Single(t => t.Name == "blocks.2.attn.qkv.bias").Tensor;
        var expected = Enumerable.Range(0, 96).Select(i => i is >= 32 and < 64 ? 0 : i / 50f).ToArray();
        Assert.Equal(expected, loaded.data<float>().ToArray());
        var images = SeededDraws.Run(2, () => SeededDraws.Normal(1, 2, 3, 32, 32));
        var without = trunk.Readouts(images);
        Weights.Set(loaded, arange(96).to(ScalarType.Float32) / 50);
        Assert.All(without.Zip(trunk.Readouts(images)), p => Assert.True(p.First.allclose(p.Second, 1e-4, 1e-5))); // softmax does not see them
    }

    [Fact]
    public void The_final_norm_of_official_files_may_be_there()
    {
        using var file = new DinoFile(DinoFile.Mini, tensors => (tensors["norm.weight"], tensors["norm.bias"]) = (ones(32), zeros(32)));
        DinoTrunk.Load(file.Path, DinoFile.Mini).Dispose();
    }

    [Fact]
    public void A_file_that_does_not_fit_is_named_with_what_is_wrong()
    {
        Refuse("does not fit the network: it lacks the tensor 'cls_token'; it was made for another network or configuration.", t => t.Remove("cls_token"));
        Refuse("holds the tensor 'head.weight' that the network does not have; it was made for another network or configuration.", t => t["head.weight"] = ones(3));
        Refuse("has the shape (1, 9, 32) where (1, 5, 32) is needed; it was made for another network or configuration.", t => t["pos_embed"] = ones(1, 9, 32));
        Refuse("holds NaN or infinite numbers; train or download the model again.", t => t["blocks.1.norm1.bias"] = full([32], float.NaN));

        static void Refuse(string reason, Action<Dictionary<string, Tensor>> change)
        {
            using var file = new DinoFile(DinoFile.Mini, change);
            var message = Assert.Throws<InvalidCheckpointException>(() => DinoTrunk.Load(file.Path, DinoFile.Mini)).Message;
            Assert.EndsWith(reason, message);
            Assert.Contains(Path.GetFileName(file.Path), message);
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() => Assert.Equal("There is no file 'no such file'; check the path.",
        Assert.Throws<FileNotFoundException>(() => DinoTrunk.Load("no such file")).Message);
}
