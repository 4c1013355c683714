using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Runtime;
using VFMTok.Training.Discriminators;
using static TorchSharp.torch;

namespace VFMTok.Tests.Training.Discriminators;

public class SpectralNormTests
{
    [Theory]
    [InlineData(20, 30)]
    [InlineData(30, 20)]
    [InlineData(1, 40)]
    public void The_estimate_converges_to_the_largest_singular_value(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        var (norm, matrix) = Make(rows, columns);
        for (var i = 0; i < 500; i++) norm.call(matrix);
        var expected = linalg.svdvals(matrix)[0].item<float>();
        Assert.Equal(expected, norm.LargestSingularValue(matrix).item<float>(), 1e-4 * expected);
        Assert.Equal(1, linalg.svdvals(norm.call(matrix))[0].item<float>(), 1e-4);
    }

    [Fact]
    public void Training_iterates_once_per_call_and_evaluation_never()
    {
        using var scope = NewDisposeScope();
        var (norm, matrix) = Make(6, 8);
        Tensor[] State() => [.. norm.state_dict().Values.Select(t => t.clone())];
        var start = State();
        norm.eval();
        norm.call(matrix);
        Assert.Equal(start, State(), Same);
        norm.train();
        norm.call(matrix);
        var right = nn.functional.normalize(matrix.t().mv(start[0]), dim: 0);
        Assert.Equal([nn.functional.normalize(matrix.mv(right), dim: 0), right], State(), Same);
    }

    [Fact]
    public void The_gradient_of_a_call_survives_the_next_call()
    {
        using var scope = NewDisposeScope();
        var (norm, matrix) = Make(6, 8);
        matrix.requires_grad_();
        var sigma = norm.LargestSingularValue(matrix);
        var expected = norm.state_dict().Values.First().outer(norm.state_dict().Values.Last());
        norm.call(matrix);
        sigma.backward();
        Assert.True(Same(expected, matrix.grad!)); // u v^T: the vectors are constants
    }

    [Fact]
    public void The_state_survives_a_checkpoint()
    {
        using var scope = NewDisposeScope();
        var (norm, matrix) = Make(6, 8);
        norm.call(matrix);
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, StateDict.Of(norm, SpectralNorm.Names), new Dictionary<string, string>());
        stream.Position = 0;
        using var file = new SafetensorsReader(stream, "state");
        Assert.Equal(["weight_u", "weight_v"], file.Names.Order());
        using var again = new SpectralNorm(6, 8);
        StateDict.Load(again, SpectralNorm.Names, file);
        Assert.True(norm.call(matrix).SameAs(again.call(matrix)));
        norm.eval();
        again.eval();
        Assert.True(norm.call(matrix).SameAs(again.call(matrix)));
    }

    [Fact]
    public void The_vectors_go_where_the_network_goes()
    {
        using var scope = NewDisposeScope();
        var (norm, matrix) = Make(6, 8);
        norm.to(ScalarType.Float64);
        Assert.Equal(ScalarType.Float64, norm.call(matrix.to(ScalarType.Float64)).dtype); // would not multiply otherwise
    }

    private static (SpectralNorm Norm, Tensor Matrix) Make(int rows, int columns) => SeededDraws.Run(1, () => (new SpectralNorm(rows, columns), SeededDraws.Normal(1, rows, columns)));

    private static bool Same(Tensor x, Tensor y) => x.allclose(y, 1e-5, 1e-6);
}
