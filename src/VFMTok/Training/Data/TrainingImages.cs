using VFMTok.Imaging;

namespace VFMTok.Training;

/// <summary>Sets of images to train on. Images are decoded when a step needs them and kept, no larger than training can use, while memory allows.</summary>
public abstract class TrainingImages : ITrainingImages, IDisposable
{
    private readonly ImageCache _cache;
    private readonly int _largest;
    private readonly double _minimumCrop;
    private readonly bool _flip;

    private protected TrainingImages(TokenizerTrainingOptions training, ImageCache cache)
    {
        (_cache, _minimumCrop, _flip) = (cache, training.MinimumCrop, training.Flip);
        _largest = Largest(training);
    }

    /// <summary>The images of <c>folder/**</c>.</summary>
    /// <param name="folder">Holds JPEG, PNG, WebP, BMP and GIF files, in sub-folders or not.</param>
    /// <param name="training">What they will be used for: size, crops and flips.</param>
    /// <param name="options">Memory, and whether the files are checked first.</param>
    /// <param name="warn">Gets a sentence for each broken file that is found now; training reports those that it finds itself.</param>
    /// <param name="cancellation">Stops the check.</param>
    /// <exception cref="ArgumentException">There is no such folder, no image in it, or none that can be decoded.</exception>
    public static TrainingImages FromFolder(string folder, TokenizerTrainingOptions training, TrainingImagesOptions? options = null, Action<string>? warn = null, CancellationToken cancellation = default) =>
        new FolderImages([.. ImageFolder.Find(folder).Select(i => i.Path)], training, options ?? new(), warn, cancellation);

    /// <summary>The images of <c>folder/**</c>, cropped to squares and otherwise as they are.</summary>
    /// <param name="folder">Holds JPEG, PNG, WebP, BMP and GIF files, in sub-folders or not.</param>
    /// <param name="size">Side of the squares, pixels.</param>
    /// <param name="warn">Gets a sentence for each broken file that is found now; training reports those that it finds itself.</param>
    /// <param name="cancellation">Stops the check.</param>
    /// <exception cref="ArgumentException">There is no such folder, no image in it, or none that can be decoded.</exception>
    public static TrainingImages FromFolder(string folder, int size, Action<string>? warn = null, CancellationToken cancellation = default) =>
        FromFolder(folder, new TokenizerTrainingOptions { Config = Tokenizer.TokenizerConfig.Tiny with { ImageSize = size }, MinimumCrop = 1, Flip = false }, null, warn, cancellation);

    /// <summary>The images of an LMDB file as ImageNet is usually packed: the key <c>num_samples</c> holds how many, as decimal text, and the keys <c>0</c>, <c>1</c>, ... hold pickles of
    /// <c>{'image': encoded bytes, 'label': int}</c>. Of any size: only what a step needs is read. Nothing may write to the file meanwhile.</summary>
    /// <param name="path">The file, or the folder that holds it under the name data.mdb. Written by LMDB 0.9 or 1.0 on a 64-bit system.</param>
    /// <param name="training">What they will be used for: size, crops and flips.</param>
    /// <param name="options">Memory and order.</param>
    /// <exception cref="InvalidImageException">It is no such file.</exception>
    public static TrainingImages FromLmdb(string path, TokenizerTrainingOptions training, TrainingImagesOptions? options = null) => new LmdbImages(path, training, options ?? new());

    /// <inheritdoc/>
    public abstract int Count { get; }

    /// <inheritdoc/>
    public abstract string Fingerprint { get; }

    /// <summary>Whether every image is in memory.</summary>
    internal bool AreDecoded => _cache.HoldsAll;

    /// <inheritdoc/>
    public void Read(int index, int size, Random? augmentation, Span<byte> rgb)
    {
        var image = _cache.Get(index) ?? Load(index);
        var crop = augmentation is null ? Crops.CenterCrop(image, size) : Crops.RandomCrop(image, size, augmentation, _minimumCrop);
        if (augmentation is not null && _flip && augmentation.NextDouble() < 0.5) crop = Crops.FlipHorizontal(crop); // spec 8.1.2: the flip is drawn after the crop
        crop.Pixels.CopyTo(rgb);
    }

    /// <summary>Closes what it reads from.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what it reads from.</summary>
    protected virtual void Dispose(bool disposing) { }

    /// <summary>The longest side that a crop can ask for: what images are shrunk to.</summary>
    internal static int Largest(TokenizerTrainingOptions training) => (int)Math.Min(Math.Ceiling(training.Config.ImageSize / training.MinimumCrop), int.MaxValue);

    private protected abstract RgbImage Decode(int index);

    private RgbImage Load(int index)
    {
        var image = Crops.Shrink(Decode(index), _largest);
        _cache.Offer(index, image);
        return image;
    }
}
