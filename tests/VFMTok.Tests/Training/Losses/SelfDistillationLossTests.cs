using TorchSharp;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training.Losses;

public sealed class SelfDistillationLossTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    [Fact]
    public void Views_that_agree_cost_little_and_views_of_other_images_much()
    {
        var images = eye(4).unsqueeze(0);                                         // [1, 4, 4]: four images in four directions
        var (together, apart) = (cat([images, images]), cat([images, images.roll(1, 1)]));
        var (right, wrong) = (Loss(together, together, 0), Loss(apart, apart, 0));
        Assert.True(right < 0.01 && wrong > 5, $"{right} {wrong}");
    }

    [Fact]
    public void Without_the_teacher_it_is_the_cross_entropy_of_the_true_image()
    {
        var student = SelfDistillationLoss.Directions(Numbers(3, 5, 6));
        var expected = new List<double>();
        for (var large = 0; large < 2; large++)
            foreach (var view in new[] { 1 - large, 2 })
                expected.Add(nn.functional.cross_entropy(student[view].mm(student[large].t()) / 0.1, arange(5)).item<float>());
        Assert.Equal(expected.Average(), SelfDistillationLoss.Compute(student, student.narrow(0, 0, 2), 0.1, 0.05, teacherShare: 0).item<float>(), 1e-4);
    }

    [Fact]
    public void With_the_teacher_alone_it_is_least_where_the_student_says_the_same()
    {
        var teacher = SelfDistillationLoss.Directions(Numbers(2, 5, 6));
        Assert.True(Loss(teacher, teacher, 1) < Loss(teacher.roll(1, 1), teacher, 1));
    }

    [Fact]
    public void Centering_leaves_only_what_differs()
    {
        var features = Numbers(2, 5, 6);
        Assert.True(SelfDistillationLoss.Directions(features).allclose(SelfDistillationLoss.Directions(features + 100), atol: 1e-4));
        Assert.True(SelfDistillationLoss.Directions(features).pow(2).sum(2).allclose(ones(2, 5), atol: 1e-5));
    }

    public void Dispose() => _scope.Dispose();

    private static float Loss(Tensor student, Tensor teacher, double share) => SelfDistillationLoss.Compute(student, teacher, 0.1, 0.1, share).item<float>();

    private static Tensor Numbers(params long[] shape) => sin(arange(shape.Aggregate((a, b) => a * b), dtype: ScalarType.Float32) * 1.7f).reshape(shape);
}
