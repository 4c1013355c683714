using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using VFMTok.Generation;

namespace VFMTok.Cli;

/// <summary>How classes are given to the images of an evaluation.</summary>
internal enum ClassChoice
{
    /// <summary>One after the other, again and again.</summary>
    Balanced,

    /// <summary>Each with equal probability, image by image.</summary>
    Random,
}

/// <summary>The flags of <c>vfmtok evaluate generation</c> that say how samples are drawn.</summary>
internal sealed class DrawingFlags
{
    private readonly Option<int?> _count = new("--count") { Description = "Images to draw, with each guidance scale; the paper draws 50,000." };
    private readonly Option<string[]> _guidance = new("--guidance") { Description = "Classifier-free guidance scales, such as 1,1.5,2: figures for each; 1 = none (default 1).", AllowMultipleArgumentsPerToken = true };
    private readonly Option<int> _seed = Options.Number("--seed", "Image i is that of row i in a pipeline with this VfmGenerateOptions.Seed", 1, 0, int.MaxValue);
    private readonly Option<ClassChoice> _classes = new("--classes") { Description = "Classes of the images: balanced (one after the other) or random (as in the paper) (default balanced).", DefaultValueFactory = _ => ClassChoice.Balanced };
    private readonly SamplingFlags _sampling = new();
    private readonly Option<bool> _save = new("--save-samples") { Description = "Keeps the samples as samples-SCALE.npz, which the reference evaluator and '--samples' read." };

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_count, _guidance, .. _sampling.All, _seed, _classes, _save];

    /// <summary>Whether samples are kept.</summary>
    public bool IsSaved(ParseResult parsed) => parsed.GetValue(_save);

    /// <summary>The seed.</summary>
    public int Seed(ParseResult parsed) => parsed.GetValue(_seed);

    /// <summary>Number of images.</summary>
    public int Count(ParseResult parsed) => parsed.GetValue(_count) switch
    {
        null => throw new UsageException("'--model' needs '--count', the number of images to draw; the paper draws 50000."),
        < 2 => throw new UsageException($"--count is {parsed.GetValue(_count)}; allowed are 2 and more, and 10000 and more for figures that can be compared."),
        var count => count.Value,
    };

    /// <summary>One setting for each guidance scale, in rising order.</summary>
    public IReadOnlyList<SamplingOptions> Settings(ParseResult parsed) => [.. Scales(parsed.GetValue(_guidance) ?? []).Select(scale => _sampling.Settings(parsed, scale))];

    /// <summary>The class of each image, and how they were chosen in the words of a protocol.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="names">Of the classes.</param>
    public (int[] Labels, string Balance) Labels(ParseResult parsed, IReadOnlyList<string> names)
    {
        var (count, seed, classes) = (Count(parsed), Seed(parsed), names.Count);
        if (parsed.GetValue(_classes) == ClassChoice.Balanced) return ([.. Enumerable.Range(0, count).Select(i => i % classes)], $"balanced: image i has class i modulo {classes}");
        var random = new Random(seed);
        return ([.. Enumerable.Range(0, count).Select(_ => random.Next(classes))], $"random: each image has one of {classes} classes with equal probability, seed {seed}");
    }

    /// <summary>Refuses flags of drawing where nothing is drawn.</summary>
    /// <exception cref="UsageException">One was given.</exception>
    public void RequireNone(ParseResult parsed)
    {
        if (All.FirstOrDefault(o => parsed.GetResult(o) is OptionResult { Implicit: false }) is { } given)
            throw new UsageException($"'{given.Name}' says how samples are drawn, and those of '--samples' are drawn already; leave it out, or give '--model' instead.");
    }

    private static IEnumerable<double> Scales(string[] given)
    {
        var texts = given.SelectMany(g => g.Split(',', StringSplitOptions.TrimEntries)).ToArray();
        return texts.Length == 0 ? [1] : texts.Select(t => double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var scale) && double.IsFinite(scale) ? scale
            : throw new UsageException($"--guidance has '{t}'; give numbers with commas between them, such as 1,1.5,2.")).Distinct().Order();
    }
}
