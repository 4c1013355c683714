using TorchSharp;
using VFMTok.Runtime;

namespace VFMTok.Tests.Runtime;

public class SeededDrawsTests
{
    private static float[] Draw(long seed) => SeededDraws.Run(seed, () =>
    {
        using var scope = torch.NewDisposeScope();
        return torch.cat([SeededDraws.Uniform(torch.CPU, 500), SeededDraws.Normal(1, 500), SeededDraws.Symmetric(2, 50), SeededDraws.Dropout(torch.ones(100), 0.3, training: true)])
            .data<float>().ToArray();
    });

    [Fact]
    public void Numbers_depend_on_the_seed_alone_whatever_other_threads_draw()
    {
        var (one, two) = (Draw(1), Draw(2));
        Assert.NotEqual(one, two);
        Parallel.For(0, 64, i =>
        {
            torch.rand(100).Dispose();
            Assert.Equal(i % 2 == 0 ? one : two, Draw(i % 2 + 1));
        });
    }

    [Fact]
    public void Runs_inside_a_run_do_not_disturb_it()
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
            using var number = SeededDraws.Uniform(torch.CPU, 1);
            return number.item<float>();
        }
    }

    [Fact]
    public void Dropout_keeps_the_mean_and_does_nothing_outside_of_training()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.ones(100_000);
        var dropped = SeededDraws.Run(1, () => SeededDraws.Dropout(x, 0.25, training: true));
        Assert.Equal(1, dropped.mean().item<float>(), 0.01);
        Assert.Equal(0.25, dropped.eq(0).to(torch.ScalarType.Float32).mean().item<float>(), 0.01);
        Assert.Same(x, SeededDraws.Dropout(x, 0.25, training: false));
    }

    [Fact]
    public void Rows_are_dropped_as_a_whole_and_keep_their_mean()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.ones(20_000, 3, 2);
        var dropped = SeededDraws.Run(1, () => SeededDraws.DropRows(x, 0.25, training: true));
        Assert.Equal(1, dropped.mean().item<float>(), 0.02);
        Assert.True(dropped.eq(dropped.narrow(1, 0, 1).narrow(2, 0, 1)).all().item<bool>());
        Assert.Same(x, SeededDraws.DropRows(x, 0.25, training: false));
    }
}
