using VFMTok.Imaging;

namespace VFMTok.Cli.Tests;

public sealed class ReconstructionPairsTests
{
    private static ReconstructionPairs Of(params double[] psnrs)
    {
        var pairs = new ReconstructionPairs(psnrs.Length);
        for (var i = 0; i < psnrs.Length; i++)
        {
            var image = new RgbImage(8, 8, [.. Enumerable.Repeat((byte)i, 192)]);
            pairs.Add($"{i}", psnrs[i], image, image);
        }
        return pairs;
    }

    [Fact]
    public void Worst_and_best_are_ordered_and_equal_pairs_are_best()
    {
        var sections = Of([20, 30, 10, double.PositiveInfinity, 25, 15, 22, 28, 12, 11]).Sections();
        Assert.Equal(["Pairs", "Worst pairs", "Best pairs"], sections.Select(s => s.Title));
        Assert.Equal("10 of 10, spread over the set", sections[0].Pictures.Single().Caption);
        Assert.Equal(["2", "9", "8", "5", "0", "6", "4", "7"], sections[1].Pictures.Select(p => p.Caption));
        Assert.Equal(["3", "1", "7", "4", "6", "0", "5", "8"], sections[2].Pictures.Select(p => p.Caption));
        Assert.Equal(["equal", "30.0 dB"], sections[2].Pictures.Take(2).Select(p => p.Note));
        Assert.Equal(["1", "0"], Of(1, 2).Sections()[2].Pictures.Select(p => p.Caption));
    }

    [Fact]
    public void The_grid_is_spread_over_the_set()
    {
        var grid = Of([.. Enumerable.Range(0, 128).Select(i => i + 0.0)]).ToGrid();
        Assert.Equal(4 + 8 * (16 + 4), grid.Height); // 32 pairs, 4 in a row, enlarged
        Assert.Equal(124, grid.Pixels[(grid.Height - 6) * grid.Width * 3 + (grid.Width - 6) * 3]); // every fourth, to the end
    }
}
