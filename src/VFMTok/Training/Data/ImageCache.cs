using VFMTok.Imaging;

namespace VFMTok.Training;

/// <summary>Decoded images by index, as many as fit. The first ones stay: every epoch takes each image once, in random order, so that whatever is kept is hit as often. For several threads at once.</summary>
internal sealed class ImageCache(int count, long mostBytes)
{
    private readonly RgbImage?[] _images = new RgbImage?[count];
    private long _bytes;
    private int _held;

    public ImageCache(IReadOnlyList<RgbImage> images) : this(images.Count, long.MaxValue)
    {
        for (var i = 0; i < images.Count; i++) Offer(i, images[i]);
    }

    /// <summary>Bytes of the images.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Whether every image is here.</summary>
    public bool HoldsAll => Volatile.Read(ref _held) == count;

    public RgbImage? Get(int index) => Volatile.Read(ref _images[index]);

    /// <summary>Keeps an image if it fits.</summary>
    public void Offer(int index, RgbImage image)
    {
        var bytes = image.Pixels.Length;
        if (Interlocked.Add(ref _bytes, bytes) <= mostBytes && Interlocked.CompareExchange(ref _images[index], image, null) is null) Interlocked.Increment(ref _held);
        else Interlocked.Add(ref _bytes, -bytes);
    }

    /// <summary>The images at the given places alone.</summary>
    public ImageCache Select(IReadOnlyList<int> indices)
    {
        var selected = new ImageCache(indices.Count, mostBytes);
        for (var i = 0; i < indices.Count; i++)
            if (_images[indices[i]] is { } image) selected.Offer(i, image);
        return selected;
    }
}
