using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Tests.Runtime;

public unsafe class TensorMemoryTests
{
    [Fact]
    public void The_address_is_that_of_the_first_number_of_a_view()
    {
        using var scope = NewDisposeScope();
        var x = arange(24, dtype: ScalarType.Float32).reshape(2, 3, 4);
        Assert.Equal(0, *(float*)TensorMemory.Address(x));
        Assert.Equal(17, *(float*)TensorMemory.Address(x.transpose(0, 2).narrow(0, 1, 2).select(2, 1).narrow(1, 1, 1)));
    }
}
