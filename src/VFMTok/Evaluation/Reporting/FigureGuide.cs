using System.Globalization;
using VFMTok.Training.Reporting;

namespace VFMTok.Evaluation.Reporting;

/// <summary>What a figure is, for people.</summary>
/// <param name="Label">Its name in a table.</param>
/// <param name="Better">1 = higher is better, -1 = lower is better, 0 = neither.</param>
/// <param name="Text">What it measures.</param>
internal sealed record FigureMeaning(string Label, int Better, string Text)
{
    /// <summary>Which way is better, in words.</summary>
    public string Direction => Better switch { > 0 => "higher is better", < 0 => "lower is better", _ => "neither way is better" };
}

/// <summary>Explains figures by their names (<see cref="FigureNames"/>), and writes their values.</summary>
internal static class FigureGuide
{
    private static readonly Dictionary<string, FigureMeaning> Known = new()
    {
        [FigureNames.InceptionScore] = new("IS", 1, "Inception score: images that are clear one by one and varied together. It does not look at the reference."),
        [FigureNames.Precision] = new("precision", 1, "Share of the samples that lie where reference images lie: how real they look."),
        [FigureNames.Recall] = new("recall", 1, "Share of the reference images that lie where samples lie: how much of the variety is drawn."),
        [FigureNames.Psnr] = new("PSNR, dB", 1, "Mean peak signal-to-noise ratio: closeness pixel by pixel."),
        [FigureNames.Ssim] = new("SSIM", 1, "Mean structural similarity: closeness of local brightness, contrast and structure."),
        [FigureNames.ReferenceSsim] = new("SSIM, as in the paper's code", 1, "With the data range of the paper's code, which makes it larger; for comparisons with the paper's tables only."),
        [FigureNames.PerceptualDistance] = new("LPIPS", -1, "Mean distance of a pair in the features of VGG-16: closeness as people see it, roughly."),
        [FigureNames.CodebookUsage] = new("codebook usage", 1, "Share of the codes that these images use at least once; it grows with the number of images."),
        [FigureNames.CodebookPerplexity] = new("codebook perplexity", 1, "As many equally frequent codes would be as varied; at most the size of the codebook."),
    };

    /// <summary>The meaning of a figure.</summary>
    public static FigureMeaning Of(string name)
    {
        if (Known.TryGetValue(name, out var known)) return known;
        if (name.StartsWith('r') && Of(name[1..]) is { Better: not 0 } of) return of with { Label = name, Text = of.Text.Replace("the samples", "the reconstructions", StringComparison.Ordinal).Replace("the reference", "the originals", StringComparison.Ordinal) };
        if (name.StartsWith('s') && IsDistance(name[1..])) return new(name, -1, "The Frechet distance of features that keep places apart: how things are arranged.");
        return IsDistance(name) ? new(name, -1, "Frechet distance between the features of the samples and of the reference, as sets: quality and variety in one number.") : new(name, 0, "");
    }

    /// <summary>A value as it is written in tables and on the console.</summary>
    public static string Value(string name, double value) => name switch
    {
        FigureNames.CodebookUsage => value.ToString("0.0 %", CultureInfo.InvariantCulture),
        FigureNames.Precision or FigureNames.Recall or FigureNames.Ssim or FigureNames.ReferenceSsim or FigureNames.PerceptualDistance => value.ToString("f3", CultureInfo.InvariantCulture),
        _ when value is >= 1 and < 10_000 => value.ToString(value < 100 ? "f2" : "f1", CultureInfo.InvariantCulture),
        _ => Readable.Number(value),
    };

    /// <summary>All figures on one line.</summary>
    public static string Line(IReadOnlyDictionary<string, double> figures) => string.Join("; ", figures.Select(f => $"{Of(f.Key).Label} {Value(f.Key, f.Value)}"));

    private static bool IsDistance(string name) => name == InceptionExtractor.Distance || name.StartsWith("FD-", StringComparison.Ordinal);
}
