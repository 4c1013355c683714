using VFMTok.Numpy;
using VFMTok.Tests.Shared;
using static VFMTok.Tests.Numpy.NumpyFixtures;

namespace VFMTok.Tests.Numpy;

public class NpyRowsTests
{
    [Theory]
    [InlineData("stored.npz", 1)]
    [InlineData("deflated.npz", 1)]
    [InlineData("stored.npz", 2)]
    [InlineData("deflated.npz", 7)]
    public void Pictures_are_read_one_by_one_or_many_at_a_time(string file, int atOnce)
    {
        using var archive = NpzFile.Open(NumpyFixtures.Path(file));
        using var reader = archive.Get("arr_0");
        var rows = reader.Require(-1, -1, -1, 3).Rows();
        Assert.Equal((2, 48), (rows.Count, rows.RowBytes));
        Assert.Equal([4L, 4, 3], rows.RowShape);
        var (all, buffer) = (new List<byte>(), new byte[48 * atOnce + 5]);
        for (int count; (count = rows.Read(buffer)) > 0;) all.AddRange(buffer[..(48 * count)]);
        Assert.Equal(Enumerable.Range(0, 96).Select(i => (byte)i), all);
        Assert.Equal(2, rows.Position);
        Assert.Throws<ArgumentException>(() => rows.Read(new byte[47]));
    }

    [Theory]
    [InlineData("|u1", "()", "is a single number")]
    [InlineData("|u1", "(1, 1, 1)", "ends after")]
    [InlineData("|u1", "(0, 70000000)", "whose rows have 70000000 bytes where 1 to 67108864 are read")]
    [InlineData("|u1", "(4611686018427387904, 0)", "whose rows have 0 bytes")]
    [InlineData("<f4", "(0, 3)", "holds float32 where uint8 is needed")]
    public void Arrays_without_such_rows_are_refused(string type, string shape, string fault) =>
        Refusal.Of<InvalidNumpyFileException>(Name, fault, () => OpenUnknown(Npy(type, shape)).Rows().Read(new byte[10]));

    [Fact]
    public void No_rows_are_read_of_an_empty_array()
    {
        var rows = Open(Npy("|u1", "(0, 3)")).Rows();
        Assert.Equal((0, 0), (rows.Count, rows.Read(new byte[3])));
        Refusal.Of<InvalidNumpyFileException>(Name, "goes on after its data", () => OpenUnknown(Npy("|u1", "(0, 3)", 1)).Rows());
    }

    [Fact]
    public void Memory_stays_the_same_however_many_rows_there_are()
    {
        using var folder = new WorkFolder();
        var path = folder.Path("many.npz");
        NpzWriter.Write(path, npz =>
        {
            var rows = npz.BeginRows("arr_0", [64, 64, 3], 5000); // 61 MB
            var row = new byte[64 * 64 * 3];
            for (var i = 0; i < rows.Count; i++)
            {
                row.AsSpan().Fill((byte)i);
                rows.Write(row);
            }
        }, System.IO.Compression.CompressionLevel.Fastest);
        using var file = NpzFile.Open(path);
        using var reader = file.Get("arr_0");
        var (pictures, buffer) = (reader.Rows(), new byte[64 * 64 * 3]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; pictures.Read(buffer) > 0; i++) Assert.False(buffer.AsSpan().ContainsAnyExcept((byte)i));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }
}
