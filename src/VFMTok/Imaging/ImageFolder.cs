using System.Collections.Concurrent;
using System.IO.Enumeration;

namespace VFMTok.Imaging;

/// <summary>An image file and its class.</summary>
/// <param name="Path">The file.</param>
/// <param name="Label">Name of the class.</param>
public sealed record LabelledImage(string Path, string Label);

/// <summary>Folders of images, one sub-folder per class.</summary>
public static class ImageFolder
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"];

    /// <summary>Lists the images of <c>folder/&lt;class&gt;/**</c> in the order of their paths; images directly in the folder have its name as class. Hidden files and folders are skipped, and so are links to folders below the class folders, where they could run in circles.</summary>
    /// <exception cref="ArgumentException">There is no such folder, or no image in it.</exception>
    public static IReadOnlyList<LabelledImage> Find(string folder)
    {
        if (File.Exists(folder)) throw new ArgumentException($"'{folder}' is a file; give the folder that holds a folder of images for each class.", nameof(folder));
        if (string.IsNullOrEmpty(folder) || !Directory.Exists(folder))
            throw new ArgumentException($"There is no folder '{folder}'; give one that holds a folder of images for each class.", nameof(folder));
        var own = new DirectoryInfo(folder).Name;
        var found = Files(folder)
            .Where(f => Extensions.Contains(Path.GetExtension(f).ToLowerInvariant()))
            .Select(f => (File: f, Parts: Path.GetRelativePath(folder, f).Split(Path.DirectorySeparatorChar)))
            .Where(f => !f.Parts.Any(p => p.StartsWith('.')))
            .OrderBy(f => f.File, StringComparer.Ordinal)
            .Select(f => new LabelledImage(f.File, f.Parts.Length > 1 ? f.Parts[0] : own)).ToArray();
        return found.Length > 0 ? found
            : throw new ArgumentException($"There are no images in '{folder}'; give a folder with {string.Join(", ", Extensions)} files.", nameof(folder));
    }

    private static FileSystemEnumerable<string> Files(string folder) =>
        new(folder, (ref FileSystemEntry e) => e.ToSpecifiedFullPath(), new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.System })
        {
            ShouldIncludePredicate = (ref FileSystemEntry e) => !e.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry e) => (e.Attributes & FileAttributes.ReparsePoint) == 0 || e.Directory.SequenceEqual(e.RootDirectory),
        };

    /// <summary>Decodes every image once and leaves the broken ones out.</summary>
    /// <param name="images">What to check.</param>
    /// <param name="warn">Gets one sentence per broken file, and one with their number.</param>
    /// <exception cref="ArgumentException">All of them are broken.</exception>
    public static IReadOnlyList<LabelledImage> Check(IReadOnlyList<LabelledImage> images, Action<string> warn)
    {
        var faults = new ConcurrentDictionary<string, string>();
        Parallel.ForEach(images, image =>
        {
            try { ImageDecoder.Decode(image.Path); }
            catch (InvalidImageException e) { faults[image.Path] = e.Message; }
        });
        if (faults.IsEmpty) return images;
        var broken = images.Where(i => faults.ContainsKey(i.Path)).ToArray();
        foreach (var image in broken) warn(faults[image.Path]);
        if (broken.Length == images.Count)
            throw new ArgumentException($"None of the {images.Count} images can be decoded, the first one because: {faults[broken[0].Path]}", nameof(images));
        warn($"{broken.Length} of {images.Count} images cannot be decoded and {(broken.Length == 1 ? "is" : "are")} left out.");
        return [.. images.Where(i => !faults.ContainsKey(i.Path))];
    }
}
