using VFMTok.Imaging;
using VFMTok.Runtime;
using VFMTok.Training;

namespace VFMTok.Tests.Training.Data;

public class ReadAheadTests
{
    [Fact]
    public void On_the_cpu_other_cores_help_and_none_reads_ahead()
    {
        var cores = Math.Min(Environment.ProcessorCount - 1, 16);
        Assert.Equal(new ReadAhead(cores, 0), ReadAhead.For(new(), new FakeImages(3), ComputeDevice.Cpu));
        using var held = new HeldImages([new RgbImage(1, 1, new byte[3])], new());
        Assert.Equal(new ReadAhead(0, 0), ReadAhead.For(new(), held, ComputeDevice.Cpu));
        Assert.Equal(new ReadAhead(5, 3), ReadAhead.For(new() { ReadThreads = 5, ReadAhead = 3 }, held, ComputeDevice.Cpu));
    }

    [Theory]
    [InlineData(65, null, "ReadAhead is 65; allowed are 0 to 64 batches, or null.")]
    [InlineData(-1, null, "ReadAhead is -1; allowed are 0 to 64 batches, or null.")]
    [InlineData(null, 257, "ReadThreads is 257; allowed are 0 to 256, or null.")]
    public void Options_out_of_range_are_errors(int? ahead, int? threads, string expected) =>
        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => new TokenizerTrainingOptions { ReadAhead = ahead, ReadThreads = threads }.Validate()).Message);

    [Theory]
    [InlineData(0, 100, 1)]
    [InlineData(3, 100, 4)]
    [InlineData(3, 350, 2)]
    [InlineData(3, 701, 1)]
    public void There_are_as_many_buffers_as_memory_holds(int batches, long batchBytes, int expected) => Assert.Equal(expected, new ReadAhead(1, batches, 700).Buffers(batchBytes));

    [Fact]
    public void Without_threads_there_is_one_buffer() => Assert.Equal(1, new ReadAhead(0, 3, 700).Buffers(100));
}
