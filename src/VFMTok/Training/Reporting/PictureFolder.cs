using System.Globalization;
using VFMTok.Imaging;

namespace VFMTok.Training.Reporting;

/// <summary>A picture of a training run.</summary>
/// <param name="Step">When.</param>
/// <param name="Path">Where it lies.</param>
internal readonly record struct Picture(int Step, string Path);

/// <summary>The pictures of a training run: <c>pictures/&lt;phase&gt;-&lt;step&gt;.png</c>. The first and the newest are kept and others between them, at most <see cref="Most"/> in all.</summary>
internal sealed class PictureFolder
{
    /// <summary>How many pictures a phase keeps.</summary>
    public const int Most = 32;

    private readonly string _folder, _phase;

    /// <param name="folder">The folder of the record.</param>
    /// <param name="phase">What is trained.</param>
    /// <param name="resumeStep">Pictures of later steps are dropped; 0 begins anew.</param>
    public PictureFolder(string folder, string phase, int resumeStep)
    {
        (_folder, _phase) = (Below(folder), phase);
        Directory.CreateDirectory(_folder);
        foreach (var picture in Find(folder, phase))
            if (resumeStep == 0 || picture.Step > resumeStep) File.Delete(picture.Path);
    }

    /// <summary>Writes a picture and drops one of the others if there are too many.</summary>
    /// <returns>Its path.</returns>
    public string Add(int step, RgbImage picture)
    {
        var path = Path.Combine(_folder, $"{_phase}-{step.ToString("d7", CultureInfo.InvariantCulture)}.png");
        ImageWriter.SavePng(picture, path);
        var all = Find(Path.GetDirectoryName(_folder)!, _phase);
        foreach (var extra in all.Except(Spread(all, Most))) File.Delete(extra.Path);
        return path;
    }

    /// <summary>The pictures of a phase by rising step.</summary>
    public static IReadOnlyList<Picture> Find(string folder, string phase)
    {
        if (!Directory.Exists(Below(folder))) return [];
        return [.. Directory.EnumerateFiles(Below(folder), $"{phase}-*.png").Select(p => new Picture(StepOf(p, phase), p)).Where(p => p.Step >= 0).OrderBy(p => p.Step)];
    }

    /// <summary>At most so many of them: the first, the newest, and of the others those that lie farthest from their neighbours.</summary>
    public static IReadOnlyList<Picture> Spread(IReadOnlyList<Picture> pictures, int most)
    {
        var kept = pictures.ToList();
        while (kept.Count > Math.Max(most, 2))
            kept.RemoveAt(Enumerable.Range(1, kept.Count - 2).MinBy(i => kept[i + 1].Step - kept[i - 1].Step));
        return kept;
    }

    private static string Below(string folder) => Path.Combine(folder, "pictures");

    private static int StepOf(string path, string phase) =>
        int.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan())[(phase.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1;
}
