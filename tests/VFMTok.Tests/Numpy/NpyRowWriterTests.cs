using VFMTok.Numpy;

namespace VFMTok.Tests.Numpy;

public class NpyRowWriterTests
{
    [Fact]
    public void Only_whole_rows_that_are_announced_are_written()
    {
        using var npz = new NpzWriter(new MemoryStream());
        var rows = npz.BeginRows("arr_0", [2, 1], 3);
        Assert.Contains("3 bytes are no whole rows of 'arr_0'; a row has 2", Assert.Throws<ArgumentException>(() => rows.Write(new byte[3])).Message);
        rows.Write(new byte[4]);
        rows.Write([]);
        Assert.Equal(2, rows.Position);
        Assert.Throws<InvalidOperationException>(() => npz.Add("mu", [1.0]));
        Assert.Throws<InvalidOperationException>(() => npz.Finish());
        Assert.Contains("2 rows are too many for 'arr_0': 2 of 3 are written", Assert.Throws<ArgumentException>(() => rows.Write(new byte[4])).Message);
        rows.Write(new byte[2]);
        Assert.Throws<ArgumentException>(() => rows.Write(new byte[2]));
        npz.Add("mu", [1.0]);
        npz.Finish();
    }
}
