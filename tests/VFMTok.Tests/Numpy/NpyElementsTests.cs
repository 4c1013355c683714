using VFMTok.Numpy;

namespace VFMTok.Tests.Numpy;

public class NpyElementsTests
{
    [Fact]
    public void A_number_that_is_too_large_becomes_infinite()
    {
        var values = new float[1];
        NpyElements.Convert<float>(NpyType.Float64, BitConverter.GetBytes(1e300), values);
        Assert.Equal(float.PositiveInfinity, values[0]);
    }

    [Fact]
    public void Any_byte_but_zero_is_true()
    {
        var values = new long[3];
        NpyElements.Convert<long>(NpyType.Boolean, [0, 1, 200], values);
        Assert.Equal([0L, 1, 1], values);
    }

    [Fact]
    public void Columns_become_rows() => Assert.Equal([0, 1, 2, 3, 4, 5], NpyElements.Transposed<int>([0, 3, 1, 4, 2, 5], rows: 2, count: 3));
}
