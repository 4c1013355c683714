using TorchSharp;
using VFMTok.Runtime;

namespace VFMTok.Tests.Runtime;

public class SeededDrawsTests
{
    private static float[] Draw(long seed) => SeededDraws.Run(seed, () =>
    {
        using var scope = torch.NewDisposeScope();
        return torch.randn(1000).data<float>().ToArray();
    });

    [Fact]
    public void Numbers_depend_on_the_seed_alone_whatever_other_threads_draw()
    {
        var (one, two) = (Draw(1), Draw(2));
        Assert.NotEqual(one, two);
        Parallel.For(0, 64, i => Assert.Equal(i % 2 == 0 ? one : two, Draw(i % 2 + 1)));
    }

    [Fact]
    public void The_generator_of_the_application_goes_on_as_if_nothing_had_happened()
    {
        var undisturbed = SeededDraws.Run(5, () => (Next(), Next()));
        var disturbed = SeededDraws.Run(5, () =>
        {
            var first = Next();
            SeededDraws.Run(6, Next);
            Assert.Throws<InvalidOperationException>(() => SeededDraws.Run<int>(7, () => throw new InvalidOperationException()));
            return (first, Next());
        });
        Assert.Equal(undisturbed, disturbed);

        static float Next()
        {
            using var number = torch.rand(1);
            return number.item<float>();
        }
    }
}
