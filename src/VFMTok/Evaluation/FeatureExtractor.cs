using VFMTok.Checkpoints;
using VFMTok.Foundation;
using VFMTok.Imaging;
using VFMTok.Pretrained;
using VFMTok.Runtime;

namespace VFMTok.Evaluation;

/// <summary>A network that turns images into the features whose statistics are compared. Metrics bear its name: only Inception-v3 gives a "FID".</summary>
public abstract class FeatureExtractor : IDisposable
{
    /// <summary>Images that go through the network together: fixed, so that features do not depend on how many a caller hands over.</summary>
    internal const int ImagesTogether = 16;

    private protected FeatureExtractor() { }

    /// <summary>Name of the network, such as "Inception-v3", "DINOv2-L" or "Tiny".</summary>
    public abstract string Name { get; }

    /// <summary>Content hash of the network: figures of different weights cannot be compared.</summary>
    public abstract string Hash { get; }

    /// <summary>Length of the vectors that <see cref="FrechetDistance"/>, precision and recall look at.</summary>
    public abstract int Width { get; }

    /// <summary>Length of the vectors of the sFID, which keep places apart; 0 = the network gives none.</summary>
    public virtual int SpatialWidth => 0;

    /// <summary>Classes whose probabilities the inception score is made of; 0 = the network gives none.</summary>
    public virtual int Classes => 0;

    /// <summary>What the Frechet distance of these features is called: "FID", or "FD-" and the network's name.</summary>
    public virtual string DistanceName => "FD-" + Name;

    /// <summary>Inception-v3 with the weights of the original evaluation: the extractor of FID, sFID and inception score.</summary>
    /// <param name="path">The public PyTorch port of these weights, or what <c>vfmtok import --inception</c> made of it.</param>
    /// <param name="device">Where to run; default CPU.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidCheckpointException">It is not that network.</exception>
    public static FeatureExtractor Inception(string path, ComputeDevice? device = null) => new InceptionExtractor(path, device ?? ComputeDevice.Cpu);

    /// <summary>The class token of a vision transformer, as in FD-DINOv2 (arXiv 2306.04675).</summary>
    /// <param name="model">Stays the caller's; it is kept alive until the extractor is disposed.</param>
    public static FeatureExtractor Foundation(VfmFoundationModel model) => new FoundationExtractor(model ?? throw new ArgumentNullException(nameof(model)));

    /// <summary>The tiny foundation model that ships with the library: no download, and figures of use among themselves only.</summary>
    /// <param name="device">Where to run; default CPU.</param>
    public static FeatureExtractor Tiny(ComputeDevice? device = null)
    {
        using var model = VfmFoundationModel.Tiny(device);
        return new FoundationExtractor(model);
    }

    /// <summary>The name that <see cref="Load"/> knows without a file.</summary>
    public const string TinyName = "tiny";

    /// <summary>Whatever network a file holds: Inception-v3 (the public PyTorch port, or what <c>vfmtok import</c> made of it) or a foundation model of this library; or, by its name, <see cref="Tiny"/>.</summary>
    /// <param name="path">A file, or "tiny".</param>
    /// <param name="device">Where to run; default CPU.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidCheckpointException">It is neither of these networks, or damaged.</exception>
    public static FeatureExtractor Load(string path, ComputeDevice? device = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Equals(TinyName, StringComparison.OrdinalIgnoreCase) && !Path.Exists(path)) return Tiny(device);
        switch (KindOf(path))
        {
            case NetworkKind.Inception:
                return Inception(path, device);
            case NetworkKind.Foundation:
                using (var model = VfmFoundationModel.Load(path, device)) return Foundation(model);
            case var kind:
                throw new InvalidCheckpointException($"'{Path.GetFileName(path)}' is {NetworkRecognition.Describe(kind)}, which makes no features to compare images by; give Inception-v3, a foundation model, or '{TinyName}'.");
        }
    }

    /// <summary>Features of images.</summary>
    /// <param name="images">Of one size.</param>
    /// <exception cref="ArgumentException">There are none, or their sizes differ.</exception>
    public ImageFeatures Extract(IReadOnlyList<RgbImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0) throw new ArgumentException("There are no images to look at; give at least one.", nameof(images));
        foreach (var image in images)
            if (image.Width != images[0].Width || image.Height != images[0].Height)
                throw new ArgumentException($"Images of {images[0].Width} x {images[0].Height} and of {image.Width} x {image.Height} pixels are mixed; crop all to one size.", nameof(images));
        var features = new ImageFeatures(new float[images.Count * Width], new float[images.Count * SpatialWidth], new float[images.Count * Classes]);
        for (var first = 0; first < images.Count; first += ImagesTogether)
            Fill([.. images.Skip(first).Take(ImagesTogether)], features, first);
        return features;
    }

    /// <summary>Frees the network, if nobody else uses it.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    private static NetworkKind KindOf(string path)
    {
        using var file = CheckpointFile.Open(path);
        return NetworkRecognition.Of(file.Weights);
    }

    /// <summary>Frees the network.</summary>
    protected abstract void Dispose(bool disposing);

    private protected abstract void Fill(RgbImage[] images, ImageFeatures features, int first);
}
