using VFMTok.Imaging;
using VFMTok.Runtime;

namespace VFMTok.Training;

/// <summary>Images and their classes, in a fixed order: what a <see cref="CodeCache"/> is made of. Images are decoded when they are needed, by several threads at once.</summary>
public abstract class LabelledImages
{
    private readonly IReadOnlyList<int> _labels;
    private readonly Lazy<string> _fingerprint;

    private protected LabelledImages(int count, IReadOnlyList<int> labels, IReadOnlyList<string> classNames)
    {
        if (count < 1) throw new ArgumentException("There are no images to tokenize; give at least one.", nameof(labels));
        Pixels.RequireLength(labels.Count, count, nameof(labels));
        Shapes.RequireRange([.. labels], classNames.Count, "Class", nameof(labels));
        (_labels, ClassNames) = (labels, [.. classNames]);
        _fingerprint = new(() =>
        {
            using var print = new DataFingerprint();
            foreach (var name in ClassNames) print.Add(name);
            foreach (var label in _labels) print.Add(label);
            return Describe(print).Finish(Count);
        });
    }

    /// <summary>The images of <c>folder/&lt;class&gt;/**</c> in the order of their paths; classes in the order in which they are met.</summary>
    /// <param name="folder">Holds one folder per class; images that lie directly in it have the folder's own name as class.</param>
    /// <exception cref="ArgumentException">There is no such folder, or no image in it.</exception>
    public static LabelledImages FromFolder(string folder)
    {
        var images = ImageFolder.Find(folder);
        var names = images.Select(i => i.Label).Distinct().ToArray();
        var index = names.Select((name, i) => (name, i)).ToDictionary(n => n.name, n => n.i);
        return new LabelledFiles([.. images.Select(i => i.Path)], [.. images.Select(i => index[i.Label])], names);
    }

    /// <summary>Image files, or samples of LMDB files by their addresses (<c>lmdb:folder#17</c>).</summary>
    /// <param name="paths">At least one.</param>
    /// <param name="labels">Class index of each.</param>
    /// <param name="classNames">Names of the classes, by index.</param>
    /// <exception cref="ArgumentException">There are none, or not as many labels as paths.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label has no name.</exception>
    public static LabelledImages FromFiles(IReadOnlyList<string> paths, IReadOnlyList<int> labels, IReadOnlyList<string> classNames) => new LabelledFiles(paths, labels, classNames);

    /// <summary>Images in memory.</summary>
    /// <param name="images">At least one, of any sizes.</param>
    /// <param name="labels">Class index of each.</param>
    /// <param name="classNames">Names of the classes, by index.</param>
    /// <exception cref="ArgumentException">There are none, or not as many labels as images.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label has no name.</exception>
    public static LabelledImages FromMemory(IReadOnlyList<RgbImage> images, IReadOnlyList<int> labels, IReadOnlyList<string> classNames) => new LabelledPictures(images, labels, classNames);

    /// <summary>Images.</summary>
    public int Count => _labels.Count;

    /// <summary>Names of the classes, by index.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Tells one set from another, wherever it is stored: images, order and classes.</summary>
    public string Fingerprint => _fingerprint.Value;

    /// <summary>Class index of an image.</summary>
    /// <param name="index">In [0, Count).</param>
    public int Label(int index) => _labels[index];

    /// <summary>Decodes an image.</summary>
    /// <exception cref="InvalidImageException">It is broken or cannot be read.</exception>
    internal abstract RgbImage Decode(int index);

    private protected abstract DataFingerprint Describe(DataFingerprint print);
}

/// <summary>Images by path.</summary>
internal sealed class LabelledFiles(IReadOnlyList<string> paths, IReadOnlyList<int> labels, IReadOnlyList<string> classNames) : LabelledImages(paths.Count, labels, classNames)
{
    internal override RgbImage Decode(int index) => ImageDecoder.Decode(paths[index]);

    private protected override DataFingerprint Describe(DataFingerprint print) => FolderImages.Describe(print, paths);
}

/// <summary>Images in memory.</summary>
internal sealed class LabelledPictures(IReadOnlyList<RgbImage> images, IReadOnlyList<int> labels, IReadOnlyList<string> classNames) : LabelledImages(images.Count, labels, classNames)
{
    internal override RgbImage Decode(int index) => images[index];

    private protected override DataFingerprint Describe(DataFingerprint print)
    {
        foreach (var image in images) print.Add(image.Width).Add(image.Height).Add(image.Pixels);
        return print;
    }
}
