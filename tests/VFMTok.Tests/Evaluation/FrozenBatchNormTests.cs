using TorchSharp;
using VFMTok.Checkpoints;
using VFMTok.Evaluation;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Evaluation;

public class FrozenBatchNormTests
{
    [Fact]
    public void Each_channel_is_shifted_and_scaled_by_its_statistics()
    {
        using var scope = NewDisposeScope();
        using var norm = new FrozenBatchNorm(2, 1);
        Fill(norm, ("weight", [2, 3]), ("bias", [10, 20]), ("running_mean", [5, -1]), ("running_var", [3, 8])); // deviations 2 and 3 with the epsilon of 1
        var y = norm.call(tensor(new[] { 5f, 7, 1, -1, 2, 5 }, [1, 2, 1, 3]));
        Assert.Equal([10, 12, 6, 20, 23, 26], y.data<float>().ToArray());
        Assert.Equal([1, 2, 1, 3], y.shape);
    }

    [Fact]
    public void It_computes_in_float32_what_libtorch_does()
    {
        using var scope = NewDisposeScope();
        using var norm = new FrozenBatchNorm(7, 1e-3);
        var (x, w, b, m, v) = SeededDraws.Run(1, () => (SeededDraws.Normal(3, 2, 7, 4, 5), SeededDraws.Normal(1, 7), SeededDraws.Normal(1, 7), SeededDraws.Normal(1, 7), SeededDraws.Uniform(CPU, 7)));
        Fill(norm, ("weight", Numbers(w)), ("bias", Numbers(b)), ("running_mean", Numbers(m)), ("running_var", Numbers(v)));
        var expected = nn.functional.batch_norm(x, m, v, w, b, training: false, eps: 1e-3);
        Assert.InRange((norm.call(x) - expected).abs().max().item<float>() / expected.abs().max().item<float>(), 0, 1e-6f);
        Assert.Equal(ScalarType.Float32, norm.call(x.to(ScalarType.BFloat16)).dtype);

        static float[] Numbers(Tensor t) => t.data<float>().ToArray();
    }

    [Fact]
    public void It_is_frozen_outlives_its_scope_and_takes_no_memory_without_weights()
    {
        FrozenBatchNorm norm;
        using (NewDisposeScope()) norm = new FrozenBatchNorm(4, 1e-3);
        using (norm)
        using (var meta = MetaDevice.Run(() => new FrozenBatchNorm(4, 1e-3)))
        {
            Assert.Equal(["bias", "running_mean", "running_var", "weight"], StateDict.Of(norm, FrozenBatchNorm.Names).Select(t => t.Name));
            Assert.All(norm.state_dict().Values, t => Assert.Equal([4], t.shape));
            Assert.All(meta.state_dict().Values, t => Assert.Equal(DeviceType.META, t.device_type));
            Assert.All(norm.parameters().Concat(meta.parameters()), p => Assert.False(p.requires_grad));
            Assert.Equal(2, norm.parameters().Count());
        }
    }

    private static void Fill(FrozenBatchNorm norm, params (string Name, float[] Values)[] values)
    {
        var tensors = StateDict.Of(norm, FrozenBatchNorm.Names).ToDictionary(t => t.Name, t => t.Tensor);
        foreach (var (name, numbers) in values) Weights.Set(tensors[name], tensor(numbers));
    }
}
