using VFMTok.Kernels;
using static TorchSharp.torch;

namespace VFMTok.Tests.Kernels;

public unsafe class PackedCacheTests
{
    [Theory]
    [InlineData(64, 1)]
    [InlineData(64, 33)]
    [InlineData(32, 40)]
    [InlineData(100, 64)]
    [InlineData(12, 7)]
    public void Attention_is_that_of_the_rounded_keys_and_values(int width, int length)
    {
        using var scope = NewDisposeScope();
        using var cache = new PackedCache(2, 3, 2, width, 70);
        var random = new Random(width);
        float[] Draw() => [.. Enumerable.Range(0, width).Select(_ => 2 * (float)random.NextDouble() - 1)];
        var (keys, values, query) = (Enumerable.Range(0, length).Select(_ => Draw()).ToArray(), Enumerable.Range(0, length).Select(_ => Draw()).ToArray(), Draw());
        for (var position = 0; position < length; position++)
            for (var row = 0; row < 3; row++)
                fixed (float* k = keys[position], v = values[position], other = Draw())
                    cache.Append(1, row, 1, position, row == 2 ? k : other, row == 2 ? v : other); // the neighbours must not be seen
        var (result, scores) = (new float[cache.ResultWidth], new float[cache.Scores]);
        fixed (float* q = query, y = result, s = scores) cache.Attend(1, 2, 1, length, q, y, s);

        Tensor Rounded(float[][] rows) => tensor(rows.SelectMany(r => r).ToArray(), [1, 1, length, width]).to(ScalarType.BFloat16).to(ScalarType.Float32);
        var expected = nn.functional.scaled_dot_product_attention(tensor(query, [1, 1, 1, width]), Rounded(keys), Rounded(values)).data<float>().ToArray();
        for (var d = 0; d < width; d++) Assert.InRange(result[d], expected[d] - 1e-5f, expected[d] + 1e-5f);
    }
}
