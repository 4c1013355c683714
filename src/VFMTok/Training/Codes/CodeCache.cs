namespace VFMTok.Training;

/// <summary>The tokens of a set of images in a folder, as <see cref="CodeEncoder"/> and <c>vfmtok encode</c> write them: mapped into memory, so that a set of any size can be learned from. For several
/// threads at once. Nothing may delete or change the files while it is open.</summary>
public sealed class CodeCache : ITokenizedImages, IDisposable
{
    private readonly CodeManifest _manifest;
    private readonly CodeShard[] _shards; // those that hold images
    private readonly int[] _starts;       // number of the first image of each
    private readonly int[] _labels;

    private CodeCache(CodeManifest manifest, IReadOnlyList<CodeShard> shards)
    {
        _manifest = manifest;
        _shards = [.. shards.Where(s => s.Header.Count > 0)];
        _starts = new int[_shards.Length];
        _labels = new int[shards.Sum(s => s.Header.Count)];
        var (image, index) = (0, 0);
        using var print = new DataFingerprint();
        foreach (var name in ClassNames) print.Add(name);
        foreach (var shard in shards) print.Add(shard.Digest);
        foreach (var shard in _shards)
        {
            _starts[index++] = image;
            for (var i = 0; i < shard.Header.Count; i++) _labels[image++] = shard.Label(i);
        }
        Fingerprint = print.Finish(Count);
        LeftOut = shards.Sum(s => s.Header.Broken.Count);
        foreach (var empty in shards.Except(_shards)) empty.Dispose();
    }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public int Variants => _manifest.Key.Variants;

    /// <inheritdoc/>
    public int Ranks => _manifest.Key.Ranks;

    /// <inheritdoc/>
    public int TokenGrid => _manifest.Key.TokenGrid;

    /// <inheritdoc/>
    public int CodebookSize => _manifest.Key.CodebookSize;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _manifest.ClassNames;

    /// <inheritdoc/>
    public string TokenizerHash => _manifest.Key.Tokenizer;

    /// <inheritdoc/>
    public string Fingerprint { get; }

    /// <summary>Crops of each image.</summary>
    public CodeAugmentation Augmentation => _manifest.Key.Augmentation;

    /// <summary>Images that could not be decoded and are not here.</summary>
    public int LeftOut { get; }

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">Filled by <see cref="CodeEncoder"/> or <c>vfmtok encode</c>.</param>
    /// <param name="expectedTokenizerHash">Codes of another tokenizer are refused; null = of any.</param>
    /// <param name="verify">Whether every file is compared with its hash and every token checked, which reads all files once, in order. Without it, tokens are checked when they are read.</param>
    /// <exception cref="FileNotFoundException">There is no code cache in the folder.</exception>
    /// <exception cref="ArgumentException">The codes are another tokenizer's; the message names both.</exception>
    /// <exception cref="InvalidDataException">A shard is missing or damaged; the message names it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static CodeCache Open(string folder, string? expectedTokenizerHash = null, bool verify = true)
    {
        var manifest = CodeManifest.Load(folder);
        if (expectedTokenizerHash is not null && manifest.Key.Tokenizer != expectedTokenizerHash)
            throw new ArgumentException($"The code cache '{folder}' was made by tokenizer {manifest.Key.Tokenizer} but tokenizer {expectedTokenizerHash} is in use; encode the images with this one, into another folder.");
        RequireAll(folder, manifest.Key);
        var shards = new List<CodeShard>();
        try
        {
            for (var i = 0; i < manifest.Key.Shards; i++)
            {
                var path = CodeManifest.ShardPath(folder, i);
                shards.Add(CodeShard.Open(path, verify));
                if (shards[i].Header.Key != manifest.Key || shards[i].Header.Shard != i)
                    throw new InvalidDataException($"'{path}' is not shard {i} of the code cache that {CodeManifest.FileName} tells of; delete it and encode again.");
                shards[i].RequireLabels(manifest.ClassNames.Count);
            }
            return new CodeCache(manifest, shards);
        }
        catch
        {
            foreach (var shard in shards) shard.Dispose();
            throw;
        }
    }

    /// <summary>Deletes the files of a code cache and, if nothing else is in it, the folder.</summary>
    internal static void Clear(string folder)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var path in CodeManifest.Files(folder)) File.Delete(path);
        if (!Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
    }

    /// <inheritdoc/>
    public int Label(int image) => _labels[image];

    /// <inheritdoc/>
    public void Read(int image, int variant, int rank, Span<int> tokens)
    {
        if ((uint)image >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(image), image, $"Image {image} is out of range; allowed are 0 to {Count - 1}.");
        if ((uint)variant >= (uint)Variants) throw new ArgumentOutOfRangeException(nameof(variant), variant, $"Variant {variant} is out of range; allowed are 0 to {Variants - 1}.");
        if ((uint)rank >= (uint)Ranks) throw new ArgumentOutOfRangeException(nameof(rank), rank, $"Rank {rank} is out of range; allowed are 0 to {Ranks - 1}.");
        Runtime.Pixels.RequireLength(tokens.Length, _manifest.Key.Length, nameof(tokens));
        var found = Array.BinarySearch(_starts, image);
        var shard = found >= 0 ? found : ~found - 1;
        _shards[shard].Read(image - _starts[shard], variant, rank, tokens);
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (var shard in _shards) shard.Dispose();
    }

    private static void RequireAll(string folder, CodeKey key)
    {
        if (Enumerable.Range(0, key.Shards).Where(i => !File.Exists(CodeManifest.ShardPath(folder, i))).Take(100_000).ToArray() is not { Length: > 0 } missing) return;
        var names = string.Join(", ", missing.Take(5).Select(i => Path.GetFileName(CodeManifest.ShardPath(folder, i))));
        throw new InvalidDataException($"The code cache '{folder}' lacks {missing.Length} of its {key.Shards} shards ({names}{(missing.Length > 5 ? ", ..." : "")}); encode again, and only they will be made.");
    }
}
