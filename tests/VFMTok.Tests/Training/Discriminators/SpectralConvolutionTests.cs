using TorchSharp;
using VFMTok.Runtime;
using VFMTok.Training.Discriminators;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training.Discriminators;

public class SpectralConvolutionTests
{
    [Theory]
    [InlineData(16, 32, 9)]
    [InlineData(32, 16, 3)]
    [InlineData(5, 7, 1)]
    [InlineData(48, 1, 1)]
    public void It_is_a_convolution_along_a_ring(int input, int output, int kernel)
    {
        using var scope = NewDisposeScope();
        var layer = SeededDraws.Run(1, () => new SpectralConvolution(input, output, kernel));
        layer.eval();
        var (x, pull) = SeededDraws.Run(2, () => (SeededDraws.Normal(1, 2, 12, input).requires_grad_(), SeededDraws.Normal(1, 2, 12, output)));
        Tensor[] Results(Func<Tensor> convolve)
        {
            layer.zero_grad();
            x.grad?.zero_();
            var y = convolve();
            (y * pull).sum().backward();
            return [y.detach(), x.grad!.clone(), .. layer.parameters().Select(p => p.grad!.clone())];
        }
        Tensor Plain()
        {
            var (weight, bias) = (layer.get_parameter("_weight")!.to(ScalarType.Float64), layer.get_parameter("_bias")!.to(ScalarType.Float64));
            var (left, right) = (layer.get_buffer("_norm._left")!.to(ScalarType.Float64), layer.get_buffer("_norm._right")!.to(ScalarType.Float64));
            var ring = nn.functional.pad(x.to(ScalarType.Float64).transpose(1, 2), [kernel / 2, kernel / 2], PaddingModes.Circular);
            return nn.functional.conv1d(ring, weight / left.dot(weight.flatten(1).mv(right)), bias).transpose(1, 2).to(ScalarType.Float32);
        }
        Assert.All(Results(() => layer.call(x)).Zip(Results(Plain)), p => Assert.InRange((p.First - p.Second).abs().max().item<float>() / p.Second.abs().max().item<float>(), 0, 1e-4f));
    }

    [Theory]
    [InlineData(384, 384, 9)]
    [InlineData(384, 1, 1)]
    public void Not_a_number_in_freed_memory_stays_there(int input, int output, int kernel)
    {
        using var layer = new SpectralConvolution(input, output, kernel);
        for (var i = 0; i < 5; i++)
        {
            using var scope = NewDisposeScope();
            var x = randn([2, 196, input], requires_grad: true);
            Poison(2 * 196 * input, 2 * 204 * input, 2 * 16 * 196, 9 * input * output, input * 16);
            var y = layer.call(x);
            (y * randn(y.shape)).sum().backward();
            Assert.True(y.isfinite().all().item<bool>() && x.grad!.isfinite().all().item<bool>());
            Assert.All(layer.parameters(), p => Assert.True(p.grad!.isfinite().all().item<bool>()));
        }
    }

    [Theory]
    [InlineData(16, 24, 9)]
    [InlineData(16, 16, 4)]
    public void What_would_not_be_safe_is_refused(int input, int output, int kernel) => Assert.Equal(
        $"A ring convolution over {kernel} tokens from {input} to {output} channels cannot be built; kernels are odd, and over more than one token the channels are multiples of 16.",
        Assert.Throws<ArgumentException>(() => new SpectralConvolution(input, output, kernel)).Message);

    // Leaves buffers full of NaN in the allocator's lists.
    private static void Poison(params long[] sizes)
    {
        using var scope = NewDisposeScope();
        foreach (var size in sizes)
            for (var i = 0; i < 6; i++) full([size + size * i / 6], float.NaN);
    }
}
