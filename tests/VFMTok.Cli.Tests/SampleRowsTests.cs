using VFMTok.Imaging;

namespace VFMTok.Cli.Tests;

public sealed class SampleRowsTests
{
    private static RgbImage Grid(params (string Label, int Count)[] images)
    {
        var rows = new SampleRows();
        foreach (var (label, count) in images)
            for (var i = 0; i < count; i++) rows.Add(new EvaluatedImage("", new RgbImage(200, 160, new byte[200 * 160 * 3]), label));
        return rows.ToGrid();
    }

    [Fact]
    public void Classes_have_a_row_each_and_one_class_has_all()
    {
        var (two, one, many) = (Grid(("cat", 20), ("dog", 3)), Grid(("photos", 20)), Grid([.. Enumerable.Range(0, 30).Select(i => ($"{i}", 1))]));
        Assert.Equal(4 + 2 * 132, two.Height);  // thumbnails of 128 pixels
        Assert.InRange(two.Width, 8 * 128 + 60, 1300);
        Assert.Equal(4 + 3 * 132, one.Height);
        Assert.InRange(one.Width, 8 * 128, two.Width - 40); // no names
        Assert.Equal(4 + 10 * 132, many.Height);
    }
}
