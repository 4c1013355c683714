using VFMTok.Checkpoints;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VFMTok.Tests.Checkpoints;

public class StateDictTests
{
    [Theory]
    [InlineData(ScalarType.Float32), InlineData(ScalarType.Float64), InlineData(ScalarType.BFloat16)]
    public void Weights_of_the_network_s_type_and_of_others_are_read(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var network = Linear(3, 2);
        var weights = arange(6, dtype: type).reshape(2, 3);
        using var file = File(("weight", weights), ("bias", zeros(2, dtype: type)));
        StateDict.Load(network, new NameMap(), file);
        Assert.Equal([0f, 1, 2, 3, 4, 5], network.weight.data<float>().ToArray());
        Assert.True(network.weight.requires_grad);
    }

    // The check goes through a tensor in blocks of a million.
    [Theory]
    [InlineData(0, float.NaN), InlineData(1 << 20, float.PositiveInfinity), InlineData((1 << 20) + 5, float.NegativeInfinity)]
    public void Numbers_must_be_finite_wherever_they_stand(int place, float value)
    {
        using var scope = NewDisposeScope();
        using var network = Linear((1 << 20) + 6, 1, hasBias: false);
        var numbers = new float[(1 << 20) + 6];
        numbers[place] = value;
        using var file = File(("weight", tensor(numbers, 1, numbers.Length)));
        var error = Assert.Throws<InvalidCheckpointException>(() => StateDict.Load(network, new NameMap(), file));
        Assert.Equal("'weight' of 'test' holds NaN or infinite numbers; train or download the model again.", error.Message);
    }

    [Fact]
    public void A_file_reads_into_memory_that_fits_and_no_other()
    {
        using var scope = NewDisposeScope();
        using var reader = File(("a", tensor(new float[] { 1, 2, 3, 4 }, 2, 2)));
        ITensorFile file = reader;
        var target = zeros(2, 2);
        Assert.True(file.TryRead("a", target));
        Assert.Equal([1f, 2, 3, 4], target.data<float>().ToArray());
        Assert.False(file.TryRead("a", zeros(2, 2, dtype: ScalarType.Float64)));
        Assert.False(file.TryRead("a", zeros(4)));
        Assert.False(file.TryRead("a", zeros(2, 2).t()));
        Assert.Throws<InvalidCheckpointException>(() => file.TryRead("b", target));
    }

    private static SafetensorsReader File(params (string, Tensor)[] tensors)
    {
        var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, new Dictionary<string, string>());
        stream.Position = 0;
        return new SafetensorsReader(stream, "test");
    }
}
