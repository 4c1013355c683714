using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Runtime;

public class Convolution2DTests
{
    [Theory]
    [InlineData(16, 3, 3)]
    [InlineData(24, 16, 3)]
    [InlineData(8, 8, 3)]
    [InlineData(3, 24, 1)]
    [InlineData(40, 1, 4)]
    public void Channels_that_fill_no_block_compute_what_a_plain_convolution_does(int input, int output, int kernel)
    {
        using var scope = NewDisposeScope();
        var layer = SeededDraws.Run(1, () => new Convolution2D(input, output, kernel, padding: 1));
        var (weight, bias) = (layer.get_parameter("_weight")!, layer.get_parameter("_bias")!);
        Tensor[] Gradients(Func<Tensor, Tensor> convolve)
        {
            var (x, pull) = SeededDraws.Run(2, () => (SeededDraws.Normal(1, 2, input, 20, 18).requires_grad_(), SeededDraws.Normal(1, 2, output, 23 - kernel, 21 - kernel)));
            layer.zero_grad();
            var y = convolve(x);
            (y * pull).sum().backward();
            return [y.detach(), x.grad!.clone(), weight.grad!.clone(), bias.grad!.clone()];
        }
        var (ours, plain) = (Gradients(layer.call), Gradients(x => nn.functional.conv2d(x.to(ScalarType.Float64), weight.to(ScalarType.Float64), bias.to(ScalarType.Float64), [1, 1], [1, 1]).to(ScalarType.Float32)));
        Assert.All(ours.Zip(plain), p => Assert.InRange((p.First - p.Second).abs().max().item<float>() / p.Second.abs().max().item<float>(), 0, 1e-4f));
    }

    [Theory]
    [InlineData(1, 7, 1)]
    [InlineData(7, 1, 1)]
    [InlineData(3, 1, 2)]
    [InlineData(1, 3, 2)]
    public void Kernels_may_be_oblong_and_their_padding_with_them(int height, int width, int stride)
    {
        using var scope = NewDisposeScope();
        using var layer = SeededDraws.Run(1, () => new Convolution2D(24, 40, (height, width), stride, (height / 2, width / 2), hasBias: false));
        var weight = layer.get_parameter("_weight")!;
        Assert.Equal([40, 24, height, width], weight.shape);
        Assert.Single(layer.parameters());
        var x = SeededDraws.Run(2, () => SeededDraws.Normal(1, 2, 24, 13, 11));
        var y = layer.call(x);
        Assert.Equal([2, 40, (13 + stride - 1) / stride, (11 + stride - 1) / stride], y.shape);
        long[] border = [width / 2, width / 2, height / 2, height / 2];
        var plain = nn.functional.conv2d(nn.functional.pad(x, border).to(ScalarType.Float64), weight.to(ScalarType.Float64), strides: [stride, stride]).to(ScalarType.Float32);
        Assert.InRange((y - plain).abs().max().item<float>() / plain.abs().max().item<float>(), 0, 1e-5f);
        Assert.InRange(weight.abs().max().item<float>() * Math.Sqrt(24 * height * width), 0.99, 1); // uniform in +- 1 / sqrt(inputs of one output)
    }

    [Theory]
    [InlineData(16, 3, 64)]
    [InlineData(64, 12, 32)]
    [InlineData(24, 16, 64)]
    public void Not_a_number_in_freed_memory_stays_there(int input, int output, int side)
    {
        using var layer = new Convolution2D(input, output, 3, padding: 1);
        for (var i = 0; i < 10; i++)
        {
            using var scope = NewDisposeScope();
            var x = randn([1, input, side, side], requires_grad: true);
            Poison(input * side * side, 16 * side * side, 32 * side * side, 9 * input * output, 16 * 16 * 9);
            var y = layer.call(x);
            (y * randn(y.shape)).sum().backward();
            Assert.True(y.isfinite().all().item<bool>() && x.grad!.isfinite().all().item<bool>());
            Assert.All(layer.parameters(), p => Assert.True(p.grad!.isfinite().all().item<bool>()));
        }
    }

    // Leaves buffers full of NaN in the allocator's lists.
    private static void Poison(params long[] sizes)
    {
        using var scope = NewDisposeScope();
        foreach (var size in sizes)
            for (var i = 0; i < 6; i++) full([size + size * i / 6], float.NaN);
    }
}
