using VFMTok.Imaging;

namespace VFMTok.Cli;

/// <summary>The images of a folder and its class folders, in the order of their paths. Broken ones are left out with a warning.</summary>
internal sealed class FolderImages : ImageSource
{
    private const int Together = 16;

    private readonly string _folder;
    private readonly int _side;
    private readonly LabelledImage[] _files;
    private readonly Action<string> _warn;
    private (int Width, int Height)? _size;

    /// <param name="folder">Where they lie.</param>
    /// <param name="side">Side of a center crop; 0 = images are taken as they are and must have one size.</param>
    /// <param name="count">How many, spread evenly over the folder; 0 = all.</param>
    /// <param name="warn">Gets a sentence for each broken image, and one with their number.</param>
    /// <exception cref="ArgumentException">There is no image, or fewer than asked for.</exception>
    public FolderImages(string folder, int side, int count, Action<string> warn)
    {
        var found = ImageFolder.Find(folder);
        if (count > found.Count) throw new UsageException($"--count is {count} and there are {found.Count} images in '{folder}'; allowed are 1 to {found.Count}, and 0 for all.");
        (_folder, _side, _warn, Found) = (folder, side, warn, found.Count);
        _files = count == 0 ? [.. found] : [.. Enumerable.Range(0, count).Select(i => found[(int)((long)i * found.Count / count)])];
    }

    /// <summary>Images in the folder.</summary>
    public int Found { get; }

    public override string Name => new DirectoryInfo(_folder).Name;

    public override long Count => _files.Length;

    /// <summary>That of the first image that can be read.</summary>
    public override (int Width, int Height) Size => _size ??= _side > 0 ? (_side, _side) : _files.Select(f => Decode(f, null).Image).FirstOrDefault(i => i is not null) is { } first ? (first.Width, first.Height) : throw NoneSound();

    public override IEnumerable<EvaluatedImage> Read(CancellationToken cancellation)
    {
        var broken = 0;
        foreach (var files in _files.Chunk(Together))
        {
            var images = new EvaluatedImage[files.Length];
            var faults = new string?[files.Length];
            Parallel.For(0, files.Length, new ParallelOptions { CancellationToken = cancellation }, i => images[i] = Decode(files[i], fault => faults[i] = fault));
            for (var i = 0; i < images.Length; i++)
            {
                if (faults[i] is { } fault)
                {
                    broken++;
                    _warn(fault);
                }
                else if ((images[i].Image!.Width, images[i].Image!.Height) != Size)
                    throw new ArgumentException($"'{files[i].Path}' has {images[i].Image!.Width} x {images[i].Image!.Height} pixels and images before it have {Size.Width} x {Size.Height}; give '--size S' for a center crop of all to S x S.");
                yield return images[i];
            }
        }
        if (broken == _files.Length) throw NoneSound();
        if (broken > 0) _warn($"{broken} of {_files.Length} images cannot be decoded and {(broken == 1 ? "is" : "are")} left out.");
    }

    private EvaluatedImage Decode(LabelledImage file, Action<string>? broken)
    {
        var name = Path.GetRelativePath(_folder, file.Path);
        try
        {
            var image = ImageDecoder.Decode(file.Path);
            return new EvaluatedImage(name, _side > 0 ? Crops.CenterCrop(image, _side) : image, file.Label);
        }
        catch (InvalidImageException e)
        {
            broken?.Invoke(e.Message);
            return new EvaluatedImage(name, null);
        }
    }

    private ArgumentException NoneSound() => new($"None of the {_files.Length} images in '{_folder}' can be decoded; give a folder of images.");
}
