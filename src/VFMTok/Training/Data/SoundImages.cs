using System.Collections.Concurrent;
using VFMTok.Imaging;

namespace VFMTok.Training;

/// <summary>Reads the image at a place of the order, or, where that one is broken, the next sound one. What comes out depends on seed and place alone. For several threads at once.</summary>
internal sealed class SoundImages(ITrainingImages images, EpochOrder order, int size, long seed)
{
    private readonly ConcurrentDictionary<int, string> _broken = [];
    private readonly ConcurrentQueue<string> _warnings = [];

    /// <summary>Images found broken so far.</summary>
    public int Broken => _broken.Count;

    /// <summary>Reads one image.</summary>
    /// <param name="place">Counted from the first image of the first epoch; its crop and flip follow from it.</param>
    /// <param name="rgb">size * size * 3 bytes to fill.</param>
    /// <exception cref="InvalidImageException">All images are broken, or a thousand in a row.</exception>
    public void Read(long place, Span<byte> rgb)
    {
        string? first = null;
        var most = images.Count <= BrokenImages.MostInARow ? 2 * images.Count : BrokenImages.MostInARow; // two epochs of a small set meet every image
        for (var skipped = 0; skipped < most; skipped++)
        {
            var index = At(place + skipped);
            if (!_broken.TryGetValue(index, out var fault))
            {
                try
                {
                    images.Read(index, size, new Random(EpochOrder.HashCode(seed, place)), rgb);
                    return;
                }
                catch (InvalidImageException e)
                {
                    fault = e.Message;
                    if (_broken.TryAdd(index, fault)) _warnings.Enqueue(BrokenImages.Replaced(fault, _broken.Count, images.Count));
                }
            }
            first ??= fault;
            if (_broken.Count == images.Count) throw new InvalidImageException(BrokenImages.All(images.Count, first));
        }
        throw new InvalidImageException(BrokenImages.InARow(first!));
    }

    /// <summary>Passes on what was found since the last call, one sentence per broken image.</summary>
    public void Report(Action<string>? warn)
    {
        while (_warnings.TryDequeue(out var line)) warn?.Invoke(line);
    }

    private int At(long place)
    {
        lock (order) return order.At(place);
    }
}
