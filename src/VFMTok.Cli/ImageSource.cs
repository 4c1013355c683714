using VFMTok.Evaluation;
using VFMTok.Imaging;

namespace VFMTok.Cli;

/// <summary>An image of a set.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Image">The pixels; null = it cannot be read.</param>
/// <param name="Label">Name of its class, or empty.</param>
internal readonly record struct EvaluatedImage(string Name, RgbImage? Image, string Label = "");

/// <summary>A set of images that is read one by one.</summary>
internal abstract class ImageSource : IDisposable
{
    /// <summary>What reports call it.</summary>
    public abstract string Name { get; }

    /// <summary>Images, broken ones included.</summary>
    public abstract long Count { get; }

    /// <summary>Pixels of every image: width and height.</summary>
    public abstract (int Width, int Height) Size { get; }

    /// <summary>The images, in groups of which the network need not wait for the next.</summary>
    public abstract IEnumerable<EvaluatedImage> Read(CancellationToken cancellation);

    /// <summary>Images of a folder, or of an <c>.npz</c> of the reference evaluator.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="side">Side of a center crop; 0 = images are taken as they are and must have one size.</param>
    /// <param name="warn">Gets a sentence for each broken image.</param>
    /// <exception cref="FileNotFoundException">There is neither.</exception>
    public static ImageSource Open(string path, int side, Action<string> warn) =>
        Directory.Exists(path) ? new FolderImages(path, side, 0, warn)
        : File.Exists(path) ? new ArchiveImages(path, side)
        : throw new FileNotFoundException($"There is no file or folder '{path}'; check the path.", path);

    /// <summary>Sees a set through a network.</summary>
    /// <param name="extractor">The network.</param>
    /// <param name="neighbourhoods">Images that are kept for precision and recall.</param>
    /// <param name="phase">What progress calls it.</param>
    /// <param name="progress">Gets every image.</param>
    /// <param name="cancellation">Stops between two images.</param>
    /// <param name="also">Gets every image that can be read, after the network.</param>
    public ImageSetStatistics See(FeatureExtractor extractor, int neighbourhoods, string phase, IProgress<EvaluationProgress> progress, CancellationToken cancellation, Action<EvaluatedImage>? also = null)
    {
        var set = new ImageSetStatistics(extractor, neighbourhoods);
        foreach (var image in EvaluationProgress.Follow(Read(cancellation), phase, Count, progress, cancellation))
        {
            if (image.Image is null) continue;
            set.Add(image.Image);
            also?.Invoke(image);
        }
        return set;
    }

    public virtual void Dispose() { }
}
