using System.Globalization;
using VFMTok.Evaluation.Reporting;
using VFMTok.Imaging;

namespace VFMTok.Cli;

/// <summary>Pairs of original and reconstruction that a report shows: some that are spread over the set, the worst and the best by PSNR.</summary>
/// <param name="total">Pairs to come.</param>
internal sealed class ReconstructionPairs(long total)
{
    private const int Spread = 32, Extremes = 8, PairsInRow = 4;

    private readonly List<RgbImage[]> _spread = [];
    private readonly List<Pair> _worst = [], _best = [];
    private long _count;

    /// <summary>Takes a pair.</summary>
    /// <param name="name">What people call it.</param>
    /// <param name="psnr">Decibels; infinite if the images are equal.</param>
    /// <param name="original">The one.</param>
    /// <param name="reconstruction">The other.</param>
    public void Add(string name, double psnr, RgbImage original, RgbImage reconstruction)
    {
        var images = new Lazy<RgbImage[]>(() => [ReportPictures.Thumbnail(original), ReportPictures.Thumbnail(reconstruction)]);
        if (_count++ * Math.Min(Spread, total) / total >= _spread.Count && _spread.Count < Spread) _spread.Add(images.Value);
        Keep(_worst, (a, b) => a.Psnr.CompareTo(b.Psnr));
        Keep(_best, (a, b) => b.Psnr.CompareTo(a.Psnr));

        void Keep(List<Pair> pairs, Comparison<Pair> order)
        {
            var pair = new Pair(name, psnr, images);
            var at = pairs.FindIndex(p => order(pair, p) < 0);
            if (at < 0) at = pairs.Count;
            if (at == Extremes) return;
            _ = images.Value; // only thumbnails stay
            pairs.Insert(at, pair);
            if (pairs.Count > Extremes) pairs.RemoveAt(Extremes);
        }
    }

    /// <summary>Pairs that are spread over the set.</summary>
    public RgbImage ToGrid() => ReportPictures.Grid([.. _spread.Chunk(PairsInRow).Select(c => c.SelectMany(p => p).ToArray())], [], groupColumns: 2);

    /// <summary>The pairs for a report.</summary>
    public IReadOnlyList<ReportSection> Sections() =>
    [
        new("Pairs", "Originals, and right of each its reconstruction.") { Pictures = [new($"{_spread.Count} of {_count}, spread over the set", "", ToGrid())] },
        new("Worst pairs", "By PSNR.") { Pictures = Shown(_worst), HasSmallPictures = true },
        new("Best pairs", "By PSNR.") { Pictures = Shown(_best), HasSmallPictures = true },
    ];

    private static ReportPicture[] Shown(List<Pair> pairs) => [.. pairs.Select(p =>
        new ReportPicture(p.Name, double.IsFinite(p.Psnr) ? p.Psnr.ToString("f1", CultureInfo.InvariantCulture) + " dB" : "equal", ReportPictures.Pair(p.Images.Value[0], p.Images.Value[1])))];

    private sealed record Pair(string Name, double Psnr, Lazy<RgbImage[]> Images);
}
