using TorchSharp;
using VFMTok.Training;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training;

public sealed class FusedAdamWTests : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.95, Epsilon = 1e-8, AverageDecay = 0.99;
    private static readonly AdamWStep Numbers = new(Shrink: 0.37, Keep: 0.999, Change: -0.012, Correction: 1.7);

    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData(16, 0, true)]
    [InlineData(48, 48, false)]
    [InlineData(65536, 16, true)]
    [InlineData(200_000, 70_000, true)] // several shares, the last one of odd length, and the decaying ones do not end where a share does
    [InlineData(200_000, 200_000, false)]
    public void Every_number_is_computed_by_itself_whatever_its_place_and_the_threads(int length, int decaying, bool hasAverage)
    {
        foreach (var threads in new[] { 1, 2, 3, 8 })
        {
            var (gradients, values, first, second, average) = (Draw(1, length), Draw(2, length), Draw(3, length), Draw(4, length).abs(), Draw(5, length));
            float[][] expected = [.. new[] { gradients, values, first, second, average }.Select(t => t.data<float>().ToArray())];
            for (var i = 0; i < length; i++) One(expected, i, i < decaying, hasAverage);
            Fused(gradients, values, first, second, hasAverage ? average : null, decaying).Step(Numbers, threads);
            Assert.All(new[] { gradients, values, first, second, average }.Zip(expected), pair => Assert.True(pair.First.data<float>().ToArray().AsSpan().SequenceEqual(pair.Second)));
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(65552)]
    [InlineData(1_000_000)]
    public void The_norm_is_exact_to_float64_and_does_not_depend_on_the_threads(int length)
    {
        var gradients = Draw(1, length);
        var fused = Fused(gradients, gradients, gradients, gradients, null, 0);
        var alone = fused.Norm(1);
        var wide = gradients.to(ScalarType.Float64);
        var expected = Math.Sqrt((wide * wide).sum().item<double>());
        Assert.Equal(expected, alone, expected * 1e-13);
        foreach (var threads in new[] { 2, 3, 8 })
            for (var again = 0; again < 5; again++) Assert.Equal(alone, fused.Norm(threads));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void One_bad_gradient_shows_in_the_norm(float bad)
    {
        var gradients = Draw(1, 70_000);
        gradients[69_999] = bad;
        Assert.False(double.IsFinite(Fused(gradients, gradients, gradients, gradients, null, 0).Norm(2)));
        var large = full(16, 1e30f);
        Assert.Equal(4e30, Fused(large, large, large, large, null, 0).Norm(2), 1e25); // squares beyond float32 are no bad gradients
    }

    [Fact]
    public void Buffers_that_do_not_fit_are_refused()
    {
        var fits = zeros(32);
        Assert.Equal("24 numbers of which 0 decay; allowed are multiples of 16, the second not above the first.", Refusal(zeros(24), fits, 0));
        Assert.Equal("32 numbers of which 48 decay; allowed are multiples of 16, the second not above the first.", Refusal(fits, fits, 48));
        Assert.Equal("A buffer has 16 numbers of Float32 on cpu; needed are 32 contiguous ones of Float32 on the CPU.", Refusal(fits, zeros(16), 0));
        Assert.Contains("of Float64 on cpu", Refusal(fits, zeros(32, dtype: ScalarType.Float64), 0));

        static string Refusal(Tensor gradients, Tensor values, long decaying) => Assert.Throws<ArgumentException>(() => Fused(gradients, values, values, values, null, decaying)).Message;
    }

    public void Dispose() => _scope.Dispose();

    private static FusedAdamW Fused(Tensor gradients, Tensor values, Tensor first, Tensor second, Tensor? average, long decaying) =>
        new(gradients, values, first, second, average, decaying, Beta1, Beta2, Epsilon, AverageDecay);

    private static Tensor Draw(int seed, int length)
    {
        var random = new Random(seed);
        return tensor([.. Enumerable.Range(0, length).Select(_ => (float)(random.NextDouble() * 2 - 1))]);
    }

    // The published update, number by number: buffers are gradients, values, first, second, average.
    private static void One(float[][] buffers, int i, bool decays, bool hasAverage)
    {
        var gradient = buffers[0][i] * (float)Numbers.Shrink;
        buffers[0][i] = 0;
        var first = buffers[2][i] = MathF.FusedMultiplyAdd(gradient, (float)(1 - Beta1), buffers[2][i] * (float)Beta1);
        var second = buffers[3][i] = MathF.FusedMultiplyAdd((float)(1 - Beta2) * gradient, gradient, buffers[3][i] * (float)Beta2);
        var root = MathF.FusedMultiplyAdd(MathF.Sqrt(second), (float)Numbers.Correction, (float)Epsilon);
        var value = buffers[1][i] = buffers[1][i] * (decays ? (float)Numbers.Keep : 1) + (float)Numbers.Change * first / root;
        if (hasAverage) buffers[4][i] = MathF.FusedMultiplyAdd(value, (float)(1 - AverageDecay), buffers[4][i] * (float)AverageDecay);
    }
}
