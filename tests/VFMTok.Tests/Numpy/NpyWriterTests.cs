using VFMTok.Numpy;

namespace VFMTok.Tests.Numpy;

public class NpyWriterTests
{
    [Fact]
    public void A_file_is_written_as_numpy_writes_it()
    {
        using var folder = new WorkFolder();
        NpyWriter.Write(folder.Path("a.npy"), [0, 1, 2, 3, 4, 5], 2, 3);
        Assert.Equal(File.ReadAllBytes(NumpyFixtures.Path("version1.npy")), File.ReadAllBytes(folder.Path("a.npy")));
    }

    [Fact]
    public void Other_types_are_refused() =>
        Assert.Equal("Arrays of Decimal cannot be written; allowed are double, float, long, int and byte.", Assert.Throws<ArgumentException>(() => NpyWriter.Write<decimal>(new MemoryStream(), [1m])).Message);
}
