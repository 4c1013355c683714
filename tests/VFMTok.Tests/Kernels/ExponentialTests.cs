using System.Runtime.Intrinsics;
using VFMTok.Kernels;

namespace VFMTok.Tests.Kernels;

public class ExponentialTests
{
    [Fact]
    public void It_is_exact_to_two_units_in_the_last_place()
    {
        for (var x = -87f; x < 88; x += 0.00731f)
        {
            var expected = Math.Exp(x);
            Assert.InRange(Math.Abs(Exponential.Of(Vector512.Create(x))[7] - expected) / expected, 0, 2.4e-7);
        }
    }

    [Theory]
    [InlineData(0f, 1f, 1f)]
    [InlineData(-1000f, 0f, 1.3e-38f)]
    [InlineData(float.NegativeInfinity, 0f, 1.3e-38f)]
    [InlineData(1000f, 1e38f, float.MaxValue)]
    public void Extremes_stay_finite(float x, float least, float most) => Assert.InRange(Exponential.Of(Vector512.Create(x))[0], least, most);
}
