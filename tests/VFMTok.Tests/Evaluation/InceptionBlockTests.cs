using VFMTok.Evaluation;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Evaluation;

public class InceptionBlockTests
{
    [Theory]
    [InlineData("Average", new[] { 3f, 3.5f, 4, 4.5f, 5, 5.5f, 6, 6.5f, 7 })] // 3 = (1 + 2 + 4 + 5) / 4: the border is no value
    [InlineData("Max", new[] { 5f, 6, 6, 8, 9, 9, 8, 9, 9 })]
    [InlineData("Halving", new[] { 9f })]
    [InlineData("None", new[] { 1f, 2, 3, 4, 5, 6, 7, 8, 9 })]
    public void Pools_see_what_is_inside_of_the_image(string pool, float[] expected)
    {
        using var scope = NewDisposeScope();
        var x = arange(1, 10).to(ScalarType.Float32).reshape(1, 1, 3, 3);
        Assert.Equal(expected, InceptionBlock.Pool(x, Enum.Parse<InceptionPool>(pool)).data<float>().ToArray());
        Assert.True(InceptionBlock.Pool(-x, InceptionPool.Max).Below(0).all().item<bool>()); // padding is no zero to the maximum either
    }

    [Fact]
    public void Branches_see_the_same_and_stand_beside_each_other_in_their_order()
    {
        using var scope = NewDisposeScope();
        InceptionBranch[] branches =
        [
            new("one", [InceptionStep.Square(16, 1)]),
            new("two", [InceptionStep.Square(32, 1), InceptionStep.Cross(16, 3)], InceptionPool.Average),
            new("three", [], InceptionPool.Max),
        ];
        using var block = SeededDraws.Run(1, () => new InceptionBlock(16, branches));
        Assert.Equal(16 + 2 * 16 + 16, block.Width);
        var layers = block.named_children().ToDictionary(c => c.name, c => (InceptionLayer)c.module);
        Assert.Equal(["one", "two_1", "two_2a", "two_2b"], layers.Keys.Order());
        Assert.Equal(layers.Keys, branches.SelectMany(b => b.LayerNames));
        Assert.Equal([16, 32, 1, 3], layers["two_2a"].parameters().First(p => p.dim() == 4).shape);
        Assert.Equal([16, 32, 3, 1], layers["two_2b"].parameters().First(p => p.dim() == 4).shape);

        var x = SeededDraws.Run(2, () => SeededDraws.Normal(1, 2, 16, 6, 5));
        var inner = layers["two_1"].call(InceptionBlock.Pool(x, InceptionPool.Average));
        var expected = cat([layers["one"].call(x), layers["two_2a"].call(inner), layers["two_2b"].call(inner), InceptionBlock.Pool(x, InceptionPool.Max)], 1);
        var y = block.call(x);
        Assert.Equal([2, 64, 6, 5], y.shape);
        Assert.True(y.allclose(expected));
    }

    [Fact]
    public void Steps_that_halve_meet_pools_that_halve()
    {
        using var scope = NewDisposeScope();
        using var block = new InceptionBlock(16, [new("three", [InceptionStep.Square(16, 3, stride: 2)]), new("pool", [], InceptionPool.Halving)]);
        Assert.Equal([1, 32, 17, 8], block.call(zeros(1, 16, 35, 17)).shape);
    }
}
