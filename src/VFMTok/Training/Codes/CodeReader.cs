using System.Collections.Concurrent;
using VFMTok.Imaging;

namespace VFMTok.Training;

/// <summary>Images that have been read for the network.</summary>
/// <param name="Shard">Where they belong.</param>
/// <param name="Sound">Their numbers in the set, rising.</param>
/// <param name="Rgb">All variants of the first one, then of the second one, and so on.</param>
/// <param name="Broken">Those between them that cannot be decoded, and why, rising.</param>
internal sealed record DecodedImages(int Shard, IReadOnlyList<int> Sound, byte[] Rgb, IReadOnlyList<(int Image, string Fault)> Broken);

/// <summary>Reads the images of some shards in order, a batch at a time, ahead of the network.</summary>
/// <param name="images">Where from.</param>
/// <param name="key">Crops and sizes.</param>
/// <param name="shards">Which.</param>
/// <param name="batchSize">Crops of a batch; at least one image is read.</param>
internal sealed class CodeReader(LabelledImages images, CodeKey key, IReadOnlyList<int> shards, int batchSize)
{
    private readonly int _bytes = 3 * key.ImageSize * key.ImageSize;

    /// <summary>The batches. While the caller has one, another thread reads the next.</summary>
    /// <exception cref="InvalidImageException">A file has gone or cannot be read, which is no fault of the image's: what is left out must not depend on the weather.</exception>
    public IEnumerable<DecodedImages> Read()
    {
        Task<DecodedImages>? next = null;
        try
        {
            foreach (var (shard, first, count) in Batches())
            {
                var ready = next;
                next = Task.Run(() => Decode(shard, first, count));
                if (ready is not null) yield return ready.GetAwaiter().GetResult();
            }
            if (next is not null) yield return next.GetAwaiter().GetResult();
        }
        finally
        {
            if (next is not null) Task.WhenAny(next).Wait(); // nothing reads on when the caller has stopped
        }
    }

    // Batches end with their shard: what a shard holds must not depend on which other ones are made.
    private IEnumerable<(int Shard, int First, int Count)> Batches()
    {
        var size = Math.Max(1, batchSize / key.Variants);
        foreach (var shard in shards)
            for (var done = 0; done < key.Listed(shard); done += size) yield return (shard, key.First(shard) + done, Math.Min(size, key.Listed(shard) - done));
    }

    // Reading a file failed, not understanding it.
    private static bool HasGone(InvalidImageException fault) => fault.InnerException is UnauthorizedAccessException or IOException and not (EndOfStreamException or InvalidImageException);

    private DecodedImages Decode(int shard, int first, int count)
    {
        var crops = new IReadOnlyList<RgbImage>?[count];
        var faults = new ConcurrentDictionary<int, string>();
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount - 1) }, i =>
            {
                try
                {
                    crops[i] = CodeVariants.Of(images.Decode(first + i), key.ImageSize, key.Augmentation);
                }
                catch (InvalidImageException e) when (!HasGone(e))
                {
                    faults[first + i] = e.Message;
                }
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.Count > 0)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerExceptions[0]); // one file, one sentence
        }
        var sound = Enumerable.Range(0, count).Where(i => crops[i] is not null).ToArray();
        var rgb = new byte[checked(sound.Length * key.Variants * _bytes)];
        var at = 0;
        foreach (var i in sound)
            foreach (var crop in crops[i]!)
            {
                crop.Pixels.CopyTo(rgb, at);
                at += _bytes;
            }
        return new DecodedImages(shard, [.. sound.Select(i => first + i)], rgb, [.. faults.OrderBy(f => f.Key).Select(f => (f.Key, f.Value))]);
    }
}
