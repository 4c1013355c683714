using VFMTok.Kernels;

namespace VFMTok.Tests.Kernels;

public unsafe class PackedProductsTests
{
    [Theory]
    [InlineData(1, 64, 32)]
    [InlineData(2, 37, 5)]
    [InlineData(4, 128, 96)]
    [InlineData(7, 352, 129)]
    [InlineData(19, 768, 200)]
    public void A_product_is_that_of_the_rounded_weights_and_every_row_equals_the_row_alone(int rows, int inputs, int outputs)
    {
        var random = new Random(rows);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)];
        var (x, weights) = (Draw(rows * inputs), Draw(outputs * inputs));
        foreach (var format in Enum.GetValues<WeightFormat>())
        {
            using var packed = Pack(weights, outputs, inputs, format);
            var y = Multiply(x, rows, packed, threads: 2);
            for (var row = 0; row < rows; row++)
            {
                for (var output = 0; output < outputs; output++)
                {
                    var (sum, largest) = (0.0, Enumerable.Range(0, inputs).Max(k => MathF.Abs(weights[output * inputs + k])));
                    for (var k = 0; k < inputs; k++) sum += (double)x[row * inputs + k] * Rounded(weights[output * inputs + k], largest, format);
                    Assert.InRange(y[row * outputs + output], sum - 1e-4, sum + 1e-4);
                }
                Assert.Equal(Multiply(x[(row * inputs)..((row + 1) * inputs)], 1, packed, threads: 1), y[(row * outputs)..((row + 1) * outputs)]);
            }
        }
    }

    [Fact]
    public void Rounding_is_that_of_libtorch()
    {
        var values = Enumerable.Range(0, 3000).Select(i => BitConverter.Int32BitsToSingle(0x3F000000 + i * 4099)).ToArray();
        using var scope = TorchSharp.torch.NewDisposeScope();
        var halves = TorchSharp.torch.tensor(values).to(TorchSharp.torch.ScalarType.BFloat16).to(TorchSharp.torch.ScalarType.Float32).data<float>().ToArray();
        Assert.Equal(halves, values.Select(v => BitConverter.UInt32BitsToSingle((uint)PackedWeights.Round(v) << 16)));
    }

    [Fact]
    public void Channels_of_zeros_stay_zero_in_eight_bits()
    {
        using var packed = Pack(new float[64], 2, 32, WeightFormat.Int8);
        Assert.Equal([0f, 0f], Multiply([.. Enumerable.Repeat(3f, 32)], 1, packed, 1));
    }

    [Fact]
    public void Weights_that_are_disposed_are_refused()
    {
        var packed = Pack(new float[64], 2, 32, WeightFormat.BFloat16);
        packed.Dispose();
        packed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Multiply(new float[32], 1, packed, 1));
    }

    private static float Rounded(float weight, float largest, WeightFormat format) => format == WeightFormat.BFloat16
        ? BitConverter.UInt32BitsToSingle((uint)PackedWeights.Round(weight) << 16)
        : MathF.Round(weight / (largest / 127)) * (largest / 127);

    private static PackedWeights Pack(float[] weights, int outputs, int inputs, WeightFormat format)
    {
        fixed (float* w = weights) return new PackedWeights(w, outputs, inputs, format);
    }

    private static float[] Multiply(float[] x, int rows, PackedWeights weights, int threads)
    {
        var y = new float[rows * weights.Outputs];
        fixed (float* from = x, to = y) PackedProducts.Multiply(from, rows, weights, to, threads);
        return y;
    }
}
