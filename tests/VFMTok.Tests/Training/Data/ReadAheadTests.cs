using VFMTok.Training;

namespace VFMTok.Tests.Training.Data;

public class ReadAheadTests
{
    [Theory]
    [InlineData(0, 100, 1)]
    [InlineData(3, 100, 4)]
    [InlineData(3, 350, 2)]
    [InlineData(3, 701, 1)]
    public void There_are_as_many_buffers_as_memory_holds(int batches, long batchBytes, int expected) => Assert.Equal(expected, new ReadAhead(1, batches, 700).Buffers(batchBytes));
}
