using System.Collections.Concurrent;
using Microsoft.ML.Runtime;
using VFMTok.ML;
using VFMTok.ML.Interop;
using VFMTok.ML.Pixels;

namespace Microsoft.ML;

/// <summary>Loaders of image sets on <see cref="DataOperationsCatalog"/>.</summary>
public static class VfmDataCatalog
{
    private const int NamedInWarning = 5;

    /// <summary>Lists the images of <c>folder/&lt;class&gt;/**</c>: columns <c>Path</c> and <c>Label</c> (the class folder's name), both Text, in the order of their paths.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="folder">Holds one folder per class; images that lie directly in it have an empty label.</param>
    /// <param name="options">Default: broken images are left out with a warning.</param>
    /// <exception cref="ArgumentException">There is no such folder, or no image in it.</exception>
    public static IDataView LoadFromVfmImageFolder(this DataOperationsCatalog catalog, string folder, VfmImageFolderOptions? options = null)
    {
        if (string.IsNullOrEmpty(folder) || !Directory.Exists(folder))
            throw new ArgumentException($"There is no folder '{folder}'; give one that holds a folder of images for each class.", nameof(folder));
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(f => ImageFile.Extensions.Contains(Path.GetExtension(f).ToLowerInvariant())).Order(StringComparer.Ordinal).ToArray();
        if (files.Length == 0) throw new ArgumentException($"There are no images in '{folder}'; give a folder with {string.Join(", ", ImageFile.Extensions)} files.", nameof(folder));
        if (options?.VerifyImages ?? true) files = WithoutBroken(MlNet.Environment(catalog), folder, files);
        return catalog.LoadFromEnumerable(files.Select(f => new ImageRow { Path = f, Label = Label(folder, f) }));
    }

    private static string Label(string folder, string file)
    {
        var parts = Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar);
        return parts.Length > 1 ? parts[0] : "";
    }

    private static string[] WithoutBroken(IHostEnvironment env, string folder, string[] files)
    {
        var faults = new ConcurrentDictionary<string, string>();
        Parallel.ForEach(files, file =>
        {
            try { ImageFile.Check(file); }
            catch (InvalidImageException e) { faults[file] = e.Message; }
        });
        if (faults.IsEmpty) return files;
        var named = files.Where(faults.ContainsKey).Take(NamedInWarning).Select(f => faults[f]).ToArray();
        var more = faults.Count > named.Length ? $" and {faults.Count - named.Length} more" : "";
        using (var channel = env.Start("VfmImageFolder"))
            channel.Warning(MessageSensitivity.None, "{0}", $"{faults.Count} of {files.Length} images are left out: {string.Join(" ", named)}{more}");
        if (faults.Count == files.Length) throw new ArgumentException($"None of the {files.Length} images in '{folder}' can be decoded; the first one: {named[0]}", nameof(folder));
        return [.. files.Where(f => !faults.ContainsKey(f))];
    }

    private sealed class ImageRow
    {
        public string Path { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
