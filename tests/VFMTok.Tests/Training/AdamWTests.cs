using TorchSharp;
using AdamW = VFMTok.Training.AdamW;
using Parameter = TorchSharp.Modules.Parameter;

using static TorchSharp.torch;

namespace VFMTok.Tests.Training;

public sealed class AdamWTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData(0.0, true)]
    [InlineData(0.1, true)]
    [InlineData(0.1, false)]
    public void It_equals_the_published_update(double decay, bool fused)
    {
        // 300,000 numbers: more than a thread takes at a time, and the decayed matrix does not end where a thread's share does.
        var (matrix, vector) = (new Parameter(linspace(-1, 1, 300_000).reshape(1000, 300)), new Parameter(tensor(new[] { 0.5f, -0.25f, 1f })));
        var reference = new[] { matrix, vector }.Select(p => p.detach().clone().to(ScalarType.Float64)).ToArray();
        var (first, second) = (reference.Select(r => zeros_like(r)).ToArray(), reference.Select(r => zeros_like(r)).ToArray());
        using var optimizer = new AdamW([("matrix", matrix), ("vector", vector)], decay, averageDecay: 0.9, fused: fused);
        var average = reference[1].clone();
        for (var step = 1; step <= 3; step++)
        {
            ((matrix * matrix * matrix).sum() + (vector * vector).sum() * step).backward();
            var gradients = new[] { 3 * reference[0] * reference[0], 2 * step * reference[1] };
            var norm = Math.Sqrt(gradients.Sum(g => (g * g).sum().item<double>()));
            Assert.Equal(norm, optimizer.Step(0.01, clip: 1), norm * 1e-5);
            for (var i = 0; i < 2; i++)
            {
                var g = gradients[i] * Math.Min(1, 1 / (norm + 1e-6));
                first[i] = first[i] * 0.9 + g * (1 - 0.9);
                second[i] = second[i] * 0.95 + g * g * (1 - 0.95);
                if (i == 0) reference[i] *= 1 - 0.01 * decay;
                reference[i] -= 0.01 * (first[i] / (1 - Math.Pow(0.9, step))) / ((second[i] / (1 - Math.Pow(0.95, step))).sqrt() + 1e-8);
            }
            average = average * 0.9 + reference[1] * 0.1;
        }
        Assert.True((matrix.to(ScalarType.Float64) - reference[0]).abs().max().item<double>() < 2e-6);
        Assert.True((vector.to(ScalarType.Float64) - reference[1]).abs().max().item<double>() < 2e-6);
        optimizer.UseAverage();
        Assert.True((vector.to(ScalarType.Float64) - average).abs().max().item<double>() < 2e-6);
    }

    [Fact]
    public void It_agrees_with_libtorchs_operations_and_with_TorchSharps_AdamW()
    {
        Parameter[] Network() => [new(linspace(-1, 1, 90_030).reshape(-1, 3)), new(linspace(1, 2, 7 * 11).reshape(7, 11)), new(linspace(-2, 0.5, 13))];
        var (fused, plain, theirs) = (Network(), Network(), Network());
        static (string, Parameter)[] Named(Parameter[] network) => [.. network.Select((p, i) => ($"{i}", p))];
        using var ours = new AdamW(Named(fused), 0.05, 0.99, (_, _) => true);
        using var libtorchs = new AdamW(Named(plain), 0.05, 0.99, (_, _) => true, fused: false);
        using var torchSharps = optim.AdamW(theirs, 0.01, 0.9, 0.95, weight_decay: 0.05);
        var averages = theirs.Select(p => p.detach().clone()).ToArray();
        for (var step = 1; step <= 5; step++)
        {
            foreach (var network in new[] { fused, plain, theirs })
                for (var i = 0; i < network.Length; i++) (network[i] * network[i] * (i + 1) + network[i] * (float)Math.Cos(step + i)).sum().backward();
            var norm = nn.utils.clip_grad_norm_(theirs, 1);
            Assert.Equal(norm, ours.Step(0.01, 1), norm * 1e-5);
            Assert.Equal(norm, libtorchs.Step(0.01, 1), norm * 1e-5);
            torchSharps.step();
            torchSharps.zero_grad();
            for (var i = 0; i < theirs.Length; i++) averages[i] = averages[i] * 0.99 + theirs[i].detach() * 0.01;
        }
        var state = ours.State.ToDictionary(s => s.Name, s => s.Tensor);
        var other = libtorchs.State.ToDictionary(s => s.Name, s => s.Tensor);
        for (var i = 0; i < theirs.Length; i++)
        {
            Close(fused[i], theirs[i]);
            Close(fused[i], plain[i]);
            Close(state[$"average.{i}"], averages[i]);
            foreach (var name in new[] { "first", "second", "average" }) Close(state[$"{name}.{i}"], other[$"{name}.{i}"]);
        }

        static void Close(Tensor x, Tensor y) => Assert.True((x - y).abs().max().item<float>() < 5e-7, $"{(x - y).abs().max().item<float>()}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_step_leaves_the_gradients_at_zero_also_when_it_is_skipped(bool fused)
    {
        var parameter = new Parameter(ones(5));
        using var optimizer = new AdamW([("vector", parameter)], weightDecay: 0, fused: fused);
        foreach (var gradient in new[] { 2f, float.NaN })
        {
            (parameter * full(5, gradient)).sum().backward();
            Assert.Equal(float.IsFinite(gradient), double.IsFinite(optimizer.Step(0.1, 1)));
            Assert.Equal(new float[5], parameter.grad!.data<float>().ToArray());
        }
    }

    [Fact]
    public void Gradients_of_several_passes_add_up()
    {
        var parameter = new Parameter(ones(4));
        using var optimizer = new AdamW([parameter], weightDecay: 0);
        for (var i = 0; i < 3; i++) (parameter * 2).sum().backward();
        Assert.Equal(12, optimizer.Step(0, clip: 100), 1e-5); // the norm of four sixes
    }

    [Fact]
    public void A_disposed_optimizer_takes_no_step()
    {
        var optimizer = new AdamW([new Parameter(ones(4))], weightDecay: 0);
        optimizer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => optimizer.Step(0.1, 1));
    }

    [Fact]
    public void Rows_that_start_anew_have_no_moments()
    {
        var parameter = new Parameter(ones(3, 2));
        using var optimizer = new AdamW([("codebook", parameter)], weightDecay: 0, averageDecay: 0.5);
        (parameter * 2).sum().backward();
        optimizer.Step(0.1, 1);
        optimizer.Restart(parameter, tensor(new long[] { 1 }), full([1, 2], 7f));
        var state = optimizer.State.ToDictionary(s => s.Name, s => s.Tensor);
        Assert.Equal([7f, 7f], parameter.detach()[1].data<float>().ToArray());
        Assert.Equal([7f, 7f], state["average.codebook"][1].data<float>().ToArray());
        Assert.Equal([0f, 0f], state["first.codebook"][1].data<float>().ToArray());
        Assert.True(state["first.codebook"][0].ne(0).all().item<bool>());
        Assert.Equal(1, state["updates"].item<long>());
    }

    public void Dispose() => _scope.Dispose();
}
