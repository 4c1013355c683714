using VFMTok.Training;

namespace VFMTok.Tests.Training.Data;

public class NumpyPermutationTests
{
    // numpy: RandomState(seed).permutation(10)
    [Theory]
    [InlineData(0, new[] { 2, 8, 4, 9, 1, 6, 7, 3, 0, 5 })]
    [InlineData(42, new[] { 8, 1, 5, 0, 7, 2, 9, 4, 3, 6 })]
    public void It_is_numpys(uint seed, int[] expected) => Assert.Equal(expected, NumpyPermutation.Of(10, seed));

    [Fact]
    public void Every_number_is_there_once()
    {
        Assert.Equal(Enumerable.Range(0, 5000), NumpyPermutation.Of(5000, 43).Order()); // several rounds of the generator
        Assert.Equal([0], NumpyPermutation.Of(1, 43));
    }
}
