using VFMTok.Imaging;
using VFMTok.Tokenizer;

namespace VFMTok.Training;

/// <summary>One run over some shards of a set of images: batches of crops through the tokenizer.</summary>
/// <param name="tokenizer">Makes the codes.</param>
/// <param name="images">What from.</param>
/// <param name="key">Crops and sizes.</param>
/// <param name="batchSize">Largest number of crops in one run of the network.</param>
/// <param name="warn">Gets a sentence for each broken image.</param>
/// <param name="cancellation">Checked before every batch.</param>
/// <param name="progress">Gets the number of images of every batch.</param>
internal sealed class CodeEncoding(VfmTokenizerModel tokenizer, LabelledImages images, CodeKey key, int batchSize, Action<string> warn, CancellationToken cancellation, Action<int> progress)
{
    private int _brokenInARow;
    private bool _anySound;

    /// <summary>What is wrong with the first broken image.</summary>
    public string? FirstFault { get; private set; }

    /// <summary>Makes shards in the given order. What is in a shard depends on the set, the tokenizer and the options alone.</summary>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    /// <exception cref="InvalidImageException">An image has gone, or a thousand in a row are broken and none before them was sound.</exception>
    public IEnumerable<ShardCodes> Shards(IReadOnlyList<int> shards)
    {
        var (sound, tokens, broken) = (new List<int>(), new List<int>(), new List<int>());
        foreach (var batch in new CodeReader(images, key, shards, batchSize).Read())
        {
            cancellation.ThrowIfCancellationRequested();
            Look(batch);
            tokens.AddRange(Encode(batch.Rgb, batch.Sound.Count * key.Variants));
            sound.AddRange(batch.Sound);
            broken.AddRange(batch.Broken.Select(b => b.Image));
            progress(batch.Sound.Count + batch.Broken.Count);
            if (sound.Count + broken.Count < key.Listed(batch.Shard)) continue;
            yield return new ShardCodes(new CodeShardHeader(key, batch.Shard, key.First(batch.Shard), sound.Count, [.. broken]), [.. sound.Select(images.Label)], [.. tokens]);
            sound.Clear();
            tokens.Clear();
            broken.Clear();
        }
    }

    private void Look(DecodedImages batch)
    {
        foreach (var (_, fault) in batch.Broken) warn(fault);
        FirstFault ??= batch.Broken.Select(b => b.Fault).FirstOrDefault();
        _anySound |= batch.Sound.Count > 0;
        _brokenInARow += batch.Broken.Count;
        if (!_anySound && _brokenInARow >= BrokenImages.MostInARow) throw new InvalidImageException(BrokenImages.InARow(FirstFault!)); // nothing but broken files: do not read a million of them
    }

    private int[] Encode(byte[] rgb, int crops)
    {
        var (tokens, bytes, length) = (new int[crops * key.Ranks * key.Length], 3 * key.ImageSize * key.ImageSize, key.Ranks * key.Length);
        if (crops == 0) return tokens;
        var runs = (crops + batchSize - 1) / batchSize; // more than one only if an image has more variants than a batch may have crops
        var size = (crops + runs - 1) / runs;
        for (var first = 0; first < crops; first += size)
        {
            var count = Math.Min(size, crops - first);
            var batch = rgb.AsSpan(first * bytes, count * bytes);
            var codes = tokens.AsSpan(first * length, count * length);
            if (key.Ranks == 1) tokenizer.Encode(batch, count, codes);
            else tokenizer.EncodeRanks(batch, count, key.Ranks, codes);
        }
        return tokens;
    }
}
