using VFMTok.Checkpoints;
using VFMTok.Evaluation;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Evaluation;

public class InceptionLayerTests
{
    [Theory]
    [InlineData(3, 3, 2, false, 4, 3)]
    [InlineData(3, 3, 1, false, 7, 5)]
    [InlineData(1, 7, 1, true, 9, 7)]
    [InlineData(5, 5, 1, true, 9, 7)]
    public void It_convolves_normalises_and_rectifies(int height, int width, int stride, bool padded, int rows, int columns)
    {
        using var scope = NewDisposeScope();
        using var layer = SeededDraws.Run(1, () => new InceptionLayer(16, 16, (height, width), stride, padded));
        var tensors = StateDict.Of(layer, InceptionLayer.Names).ToDictionary(t => t.Name, t => t.Tensor);
        Assert.Equal(["bn.bias", "bn.running_mean", "bn.running_var", "bn.weight", "conv.weight"], tensors.Keys);
        Assert.All(layer.parameters(), p => Assert.False(p.requires_grad));
        Weights.Set(tensors["bn.bias"], full([16], 0.1f));
        Weights.Set(tensors["bn.running_var"], full([16], 0.25f));
        var x = SeededDraws.Run(2, () => SeededDraws.Normal(1, 2, 16, 9, 7));
        var y = layer.call(x);
        Assert.Equal([2, 16, rows, columns], y.shape);
        var convolved = nn.functional.conv2d(x, tensors["conv.weight"], strides: [stride, stride], padding: padded ? [height / 2, width / 2] : [0, 0]);
        var expected = convolved.Over(Math.Sqrt(0.251)).Plus(0.1).relu();
        Assert.InRange((y - expected).abs().max().item<float>(), 0, 1e-5f);
        Assert.InRange(y.eq(zeros(1)).to(ScalarType.Float32).mean().item<float>(), 0.2f, 0.8f);
    }
}
