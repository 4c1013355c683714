using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Evaluation;
using VFMTok.Runtime;
using VFMTok.Tests.Training.Discriminators;
using static TorchSharp.torch;

namespace VFMTok.Tests.Evaluation;

public class InceptionV3Tests(HashedInception hashed) : IClassFixture<HashedInception>
{
    [Fact]
    public void It_has_the_tensors_of_the_official_file_and_none_of_them_takes_memory_without_weights()
    {
        using var network = MetaDevice.Run(() => new InceptionV3());
        var tensors = StateDict.Of(network, InceptionV3.Names);
        Assert.Equal(94 * 5 + 2, tensors.Select(t => t.Name).Distinct().Count());
        Assert.Equal(94, InceptionV3.Unused.Distinct().Count());
        Assert.Equal(tensors.Where(t => t.Name.EndsWith(".bn.running_var")).Select(t => t.Name.Replace("running_var", "num_batches_tracked")), InceptionV3.Unused.Order(StringComparer.Ordinal));
        Assert.Equal(23_850_960, network.parameters().Sum(p => p.numel()));                                        // torchvision's 23,834,568 without auxiliary head, and 8 classes more
        Assert.Equal(2 * 17_216, tensors.Where(t => t.Name.Contains(".running_")).Sum(t => t.Tensor.numel()));
        Assert.All(network.state_dict().Values, t => Assert.Equal(DeviceType.META, t.device_type));
        Assert.All(network.parameters(), p => Assert.False(p.requires_grad));
    }

    [Theory]
    [InlineData("Conv2d_1a_3x3", 32, 3, 3, 3)]
    [InlineData("Conv2d_2a_3x3", 32, 32, 3, 3)]
    [InlineData("Conv2d_2b_3x3", 64, 32, 3, 3)]
    [InlineData("Conv2d_3b_1x1", 80, 64, 1, 1)]
    [InlineData("Conv2d_4a_3x3", 192, 80, 3, 3)]
    [InlineData("Mixed_5b.branch1x1", 64, 192, 1, 1)]
    [InlineData("Mixed_5b.branch5x5_2", 64, 48, 5, 5)]
    [InlineData("Mixed_5b.branch_pool", 32, 192, 1, 1)]
    [InlineData("Mixed_5c.branch3x3dbl_1", 64, 256, 1, 1)]
    [InlineData("Mixed_5c.branch_pool", 64, 256, 1, 1)]
    [InlineData("Mixed_5d.branch5x5_1", 48, 288, 1, 1)]
    [InlineData("Mixed_5d.branch3x3dbl_3", 96, 96, 3, 3)]
    [InlineData("Mixed_6a.branch3x3", 384, 288, 3, 3)]
    [InlineData("Mixed_6a.branch3x3dbl_2", 96, 64, 3, 3)]
    [InlineData("Mixed_6a.branch3x3dbl_3", 96, 96, 3, 3)]
    [InlineData("Mixed_6b.branch7x7_2", 128, 128, 1, 7)]
    [InlineData("Mixed_6b.branch7x7_3", 192, 128, 7, 1)]
    [InlineData("Mixed_6c.branch7x7dbl_2", 160, 160, 7, 1)]
    [InlineData("Mixed_6c.branch7x7dbl_3", 160, 160, 1, 7)]
    [InlineData("Mixed_6d.branch1x1", 192, 768, 1, 1)]
    [InlineData("Mixed_6d.branch7x7dbl_5", 192, 160, 1, 7)]
    [InlineData("Mixed_6e.branch7x7dbl_4", 192, 192, 7, 1)]
    [InlineData("Mixed_6e.branch_pool", 192, 768, 1, 1)]
    [InlineData("Mixed_7a.branch3x3_2", 320, 192, 3, 3)]
    [InlineData("Mixed_7a.branch7x7x3_2", 192, 192, 1, 7)]
    [InlineData("Mixed_7a.branch7x7x3_3", 192, 192, 7, 1)]
    [InlineData("Mixed_7a.branch7x7x3_4", 192, 192, 3, 3)]
    [InlineData("Mixed_7b.branch1x1", 320, 1280, 1, 1)]
    [InlineData("Mixed_7b.branch3x3_2a", 384, 384, 1, 3)]
    [InlineData("Mixed_7b.branch3x3_2b", 384, 384, 3, 1)]
    [InlineData("Mixed_7b.branch3x3dbl_1", 448, 1280, 1, 1)]
    [InlineData("Mixed_7c.branch3x3dbl_2", 384, 448, 3, 3)]
    [InlineData("Mixed_7c.branch3x3dbl_3a", 384, 384, 1, 3)]
    [InlineData("Mixed_7c.branch3x3dbl_3b", 384, 384, 3, 1)]
    [InlineData("Mixed_7c.branch_pool", 192, 2048, 1, 1)]
    public void Layers_have_their_official_names_and_shapes(string layer, params int[] kernel)
    {
        var tensors = StateDict.Of(hashed.Network, InceptionV3.Names).ToDictionary(t => t.Name, t => t.Tensor);
        Assert.Equal(kernel.Select(k => (long)k), tensors[$"{layer}.conv.weight"].shape);
        foreach (var part in new[] { "weight", "bias", "running_mean", "running_var" }) Assert.Equal([kernel[0]], tensors[$"{layer}.bn.{part}"].shape);
        Assert.Equal([1008, 2048], tensors["fc.weight"].shape);
        Assert.Equal([1008], tensors["fc.bias"].shape);
    }

    [Theory]
    [InlineData("Conv2d_1a_3x3", 32, 149)]
    [InlineData("Conv2d_2a_3x3", 32, 147)]
    [InlineData("Conv2d_2b_3x3", 64, 147)]
    [InlineData("Conv2d_3b_1x1", 80, 73)]
    [InlineData("Conv2d_4a_3x3", 192, 71)]
    [InlineData("Mixed_5b", 256, 35)]
    [InlineData("Mixed_5c", 288, 35)]
    [InlineData("Mixed_5d", 288, 35)]
    [InlineData("Mixed_6a", 768, 17)]
    [InlineData("Mixed_6b", 768, 17)]
    [InlineData("Mixed_6c", 768, 17)]
    [InlineData("Mixed_6d", 768, 17)]
    [InlineData("Mixed_6e", 768, 17)]
    [InlineData("Mixed_7a", 1280, 8)]
    [InlineData("Mixed_7b", 2048, 8)]
    [InlineData("Mixed_7c", 2048, 8)]
    public void Every_block_gives_its_channels_and_sides(string block, int channels, int side) => Assert.Equal([2, channels, side, side], hashed.Sides[block]);

    /// <summary>The numbers are those of torchvision 0.14's Inception3 in float64 with the same weights, its pools exchanged as the port of the FID does (and its logits without the bias).</summary>
    [Fact]
    public void Its_features_are_those_of_an_independent_network_with_the_same_weights()
    {
        Close(hashed.Features.Pool, 2048, [3.45380, 9.04233, 0.03957, 0, 0.00776, 2.81715], [3.39941, 8.84984, 0.03406, 0, 0.01862, 2.76664], [1930.2365, 1902.1653], [-7.1599, -7.7777]);
        Close(hashed.Features.Spatial, 2023, [0, 0, 0.83718, 0.64172, 0, 0], [0, 0, 0.81865, 0.54166, 0, 0], [1840.1663, 1821.6880], [4.1869, 2.2039]);
        Close(hashed.Features.Logits, 1008, [-2.99056, -0.33645, -3.34445, -2.30440, -0.54089, 0.54188], [-3.05144, -0.25626, -3.30252, -2.25927, -0.54512, 0.34501],
            [1852.2270, 1825.4623], [-15.4111, -13.2651]);

        static void Close(Tensor features, int width, double[] first, double[] second, double[] sizes, double[] waves)
        {
            Assert.Equal([2, width], features.shape);
            foreach (var (row, expected) in new[] { first, second }.Index())
            {
                var values = features.data<float>().ToArray().AsSpan(row * width, width).ToArray();
                Assert.All(new[] { 0, 1, 2, 5, 700, 1000 }.Zip(expected), p => Assert.Equal(p.Second, values[p.First], 1e-4));
                Assert.Equal(sizes[row], values.Sum(v => Math.Abs(v)), 0.01);
                Assert.Equal(waves[row], values.Select((v, i) => v * Math.Cos(i)).Sum(), 0.005); // feels the order
            }
        }
    }

    [Fact]
    public void Spatial_features_are_the_first_channels_of_one_layer_place_by_place()
    {
        var layer = hashed.Spatial;
        Assert.Equal([2, 192, 17, 17], layer.shape);
        foreach (var (b, c, y, x) in new[] { (0, 0, 0, 0), (0, 6, 0, 0), (1, 3, 0, 16), (1, 2, 16, 0), (0, 5, 9, 4), (1, 6, 16, 16) })
            Assert.Equal(layer[b, c, y, x].item<float>(), hashed.Features.Spatial[b, (y * 17 + x) * 7 + c].item<float>());
    }

    [Fact]
    public void Logits_leave_the_bias_out()
    {
        using var scope = NewDisposeScope();
        var weight = StateDict.Of(hashed.Network, InceptionV3.Names).Single(t => t.Name == "fc.weight").Tensor;
        Assert.True(hashed.Features.Logits.allclose(hashed.Features.Pool.mm(weight.t()), 1e-5, 1e-4));
    }

    [Theory]
    [InlineData("Mixed_5d", 288, false)]
    [InlineData("Mixed_6b", 768, false)]
    [InlineData("Mixed_7b", 1280, false)]
    [InlineData("Mixed_7c", 2048, true)]
    public void The_last_block_takes_the_maximum_where_the_others_average_without_padding(string name, int channels, bool maximum)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var block = (InceptionBlock)hashed.Network.named_modules().Single(m => m.name == name).module;
        var layer = (InceptionLayer)block.named_children().Single(m => m.name == "branch_pool").module;
        var x = Corner([1, 0, 0, 0]);
        var expected = layer.call(maximum ? Corner([1, 1, 1, 1]) : Corner([1 / 4f, 1 / 6f, 1 / 6f, 1 / 9f])); // windows of 4, 6 and 9 pixels inside
        var width = expected.shape[1];
        Assert.True(block.call(x).narrow(1, block.Width - width, width).allclose(expected, 1e-5, 1e-5));

        Tensor Corner(float[] values)
        {
            var y = zeros(1, channels, 4, 4);
            y.narrow(2, 0, 2).narrow(3, 0, 2).copy_(tensor(values, [1, 1, 2, 2]));
            return y;
        }
    }

    [Fact]
    public void A_row_does_not_feel_its_neighbours_and_nothing_is_left_behind()
    {
        using var scope = NewDisposeScope();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (NewDisposeScope())
        {
            var alone = hashed.Network.call(hashed.Images.narrow(0, 1, 1));
            Close(alone.Pool, hashed.Features.Pool);
            Close(alone.Spatial, hashed.Features.Spatial);
            Close(alone.Logits, hashed.Features.Logits);
        }
        MetaDevice.Run(() => new InceptionV3()).Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        static void Close(Tensor alone, Tensor among) =>
            Assert.InRange((alone - among.narrow(0, 1, 1)).abs().max().item<float>() / among.abs().max().item<float>(), 0, 1e-5f);
    }

    [Fact]
    public void A_file_with_the_official_names_loads_with_and_without_its_counts_of_batches()
    {
        using var folder = new WorkFolder();
        foreach (var counts in new[] { true, false })
        {
            using var scope = NewDisposeScope();
            var path = folder.Path($"{counts}.safetensors");
            var tensors = StateDict.Of(hashed.Network, InceptionV3.Names).ToList();
            if (counts) tensors.AddRange(InceptionV3.Unused.Select(name => (name, tensor(7L))));
            using (var stream = File.Create(path)) SafetensorsWriter.Write(stream, tensors, new Dictionary<string, string>());
            using var loaded = InceptionV3.Load(path, CPU);
            Assert.All(hashed.Network.state_dict().Zip(loaded.state_dict()), p => Assert.True(p.First.Key == p.Second.Key && p.First.Value.SameAs(p.Second.Value), p.First.Key));
            Assert.All(loaded.parameters(), p => Assert.False(p.requires_grad));
        }
    }

    [Fact]
    public void Images_of_another_shape_are_refused() =>
        Assert.Equal("'images' has the shape (2, 1, 8, 8); expected is (any, 3, any, any). (Parameter 'images')", Assert.Throws<ArgumentException>(() => hashed.Network.call(zeros(2, 1, 8, 8))).Message);
}
