using VFMTok.Evaluation;
using VFMTok.Tests.Training.Discriminators;
using static TorchSharp.torch;

namespace VFMTok.Tests.Evaluation;

public class InceptionInputTests
{
    [Theory]
    [InlineData(8, new[] { 0f, 5, 10, 15, 20, 25, 30, 30 })]  // every half pixel; beyond the last one nothing changes
    [InlineData(4, new[] { 0f, 10, 20, 30 })]
    [InlineData(3, new[] { 0f, 40 / 3f, 80 / 3f })]
    [InlineData(2, new[] { 0f, 20 })]                           // no smoothing before a reduction
    public void Sample_i_of_an_axis_lies_at_i_times_in_over_out(int size, float[] expected)
    {
        using var scope = NewDisposeScope();
        var line = tensor(new[] { 0f, 10, 20, 30 });
        var columns = InceptionInput.Resize(line.reshape(1, 1, 1, 4), size);
        var rows = InceptionInput.Resize(line.reshape(1, 1, 4, 1), size);
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++)
            {
                Assert.Equal(expected[j], columns[0, 0, i, j].item<float>(), 1e-5f);
                Assert.Equal(expected[i], rows[0, 0, i, j].item<float>(), 1e-5f);
            }
    }

    [Fact]
    public void Both_axes_and_every_channel_are_resized()
    {
        using var scope = NewDisposeScope();
        var images = tensor(new[] { 0f, 4, 8, 20, 100, 100, 100, 100 }, [1, 2, 2, 2]);
        var y = InceptionInput.Resize(images, 4);
        Assert.Equal([1, 2, 4, 4], y.shape);
        Assert.Equal([0, 2, 4, 4, 4, 8, 12, 12, 8, 14, 20, 20, 8, 14, 20, 20], y[0, 0].data<float>().ToArray());
        Assert.All(y[0, 1].data<float>().ToArray(), v => Assert.Equal(100, v));
    }

    [Fact]
    public void Bytes_and_floats_give_the_same_and_lie_around_zero()
    {
        using var scope = NewDisposeScope();
        var bytes = arange(3 * 299 * 299).remainder(256).to(ScalarType.Byte).reshape(1, 3, 299, 299);
        var y = InceptionInput.Prepare(bytes);
        Assert.True(y.SameAs(InceptionInput.Prepare(bytes.to(ScalarType.Float32))));
        Assert.Equal(Enumerable.Range(0, 256).Select(i => (i - 128) / 128f), y.flatten()[..256].data<float>().ToArray()); // 299 px pass unchanged
    }

    [Fact]
    public void Images_of_any_size_are_brought_to_299_pixels()
    {
        using var scope = NewDisposeScope();
        var y = InceptionInput.Prepare(full([2, 3, 5, 700], 64f));
        Assert.Equal([2, 3, 299, 299], y.shape);
        Assert.True(y.eq(full_like(y, -0.5f)).all().item<bool>());
    }
}
