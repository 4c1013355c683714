using VFMTok.Training;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training;

public class StepGuardTests
{
    [Fact]
    public void The_tenth_bad_step_in_a_row_ends_the_run()
    {
        var guard = new StepGuard();
        for (var i = 1; i <= 9; i++) guard.Saw(double.NaN, i, 0.1);
        guard.Saw(1, 10, 0.1);
        for (var i = 11; i <= 19; i++) guard.Saw(double.PositiveInfinity, i, 0.1);
        var error = Assert.Throws<InvalidOperationException>(() => guard.Saw(double.NaN, 20, 0.1));
        Assert.Equal("The gradients of the last 10 steps, up to step 20, were infinite or not numbers; lower LearningRate (now 0.1).", error.Message);
        var figures = new Dictionary<string, double>();
        guard.Describe(figures);
        Assert.Equal(19, figures["skipped"]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_bad_gradient_changes_neither_weights_nor_moments(float bad)
    {
        Assert.Equal(Train(null), Train(bad));

        float[] Train(float? inserted)
        {
            using var scope = NewDisposeScope();
            var parameter = new TorchSharp.Modules.Parameter(ones(3));
            using var optimizer = new AdamW([parameter], weightDecay: 0.1);
            Step(0.5f);
            if (inserted is { } value) Step(value);
            Step(-0.2f);
            return parameter.data<float>().ToArray();

            void Step(float gradient)
            {
                optimizer.ZeroGradients();
                (parameter * full([3], gradient)).sum().backward();
                var norm = optimizer.Step(0.1, 1);
                Assert.Equal(float.IsFinite(gradient), double.IsFinite(norm));
            }
        }
    }
}
