using System.Collections.Concurrent;
using VFMTok.Imaging;
using VFMTok.Imaging.Lmdb;

namespace VFMTok.Training;

/// <summary>Image files, or samples of LMDB files by their addresses, decoded when they are needed. Small sets are decoded at once, so that broken files are known before training starts.</summary>
internal sealed class FolderImages : TrainingImages
{
    private readonly IReadOnlyList<string> _paths;
    private readonly ImageDecodingOptions? _decoding;
    private string? _fingerprint;

    /// <param name="paths">At least one.</param>
    /// <param name="training">What they will be used for.</param>
    /// <param name="options">Memory, and which sets are checked.</param>
    /// <param name="warn">Gets one sentence per broken file, and one with their number.</param>
    /// <param name="cancellation">Stops the check.</param>
    /// <exception cref="ArgumentException">None can be decoded.</exception>
    public FolderImages(IReadOnlyList<string> paths, TokenizerTrainingOptions training, TrainingImagesOptions options, Action<string>? warn, CancellationToken cancellation)
        : this(Check(paths, training, options, warn, cancellation), training, options.Decoding) { }

    private FolderImages((IReadOnlyList<string> Paths, ImageCache Cache) sound, TokenizerTrainingOptions training, ImageDecodingOptions? decoding) : base(training, sound.Cache) =>
        (_paths, _decoding) = (sound.Paths, decoding);

    public override int Count => _paths.Count;

    public override string Fingerprint => _fingerprint ??= MakeFingerprint();

    private protected override RgbImage Decode(int index) => ImageDecoder.Decode(_paths[index], _decoding);

    private string MakeFingerprint()
    {
        using var print = new DataFingerprint();
        return Describe(print, _paths).Finish(Count);
    }

    /// <summary>Adds all names from the folder that is common to them, and the lengths of some files.</summary>
    public static DataFingerprint Describe(DataFingerprint print, IReadOnlyList<string> paths)
    {
        var common = CommonFolder(paths);
        foreach (var path in paths) print.Add(path[common..].Replace('\\', '/'));
        foreach (var index in DataFingerprint.Sample(paths.Count)) print.Add(FileLength(paths[index]));
        return print;
    }

    private static (IReadOnlyList<string>, ImageCache) Check(IReadOnlyList<string> paths, TokenizerTrainingOptions training, TrainingImagesOptions options, Action<string>? warn, CancellationToken cancellation)
    {
        var cache = new ImageCache(paths.Count, options.CacheBytes);
        if (!IsSmall(paths, options.VerifyBytes)) return (paths, cache);
        var largest = Largest(training);
        var faults = new ConcurrentDictionary<int, string>();
        var sound = 0;
        Parallel.For(0, paths.Count, new ParallelOptions { CancellationToken = cancellation }, (index, loop) =>
        {
            try
            {
                cache.Offer(index, Crops.Shrink(ImageDecoder.Decode(paths[index], options.Decoding), largest));
                Volatile.Write(ref sound, 1);
            }
            catch (InvalidImageException e)
            {
                faults[index] = e.Message;
                if (faults.Count >= BrokenImages.MostInARow && Volatile.Read(ref sound) == 0) loop.Stop(); // nothing but broken files: do not read a million of them
            }
        });
        if (faults.IsEmpty) return (paths, cache);
        var broken = faults.Keys.Order().ToArray();
        foreach (var index in broken) warn?.Invoke(faults[index]);
        if (sound == 0) throw new ArgumentException(BrokenImages.All(paths.Count, faults[broken[0]]), nameof(paths));
        warn?.Invoke(BrokenImages.LeftOut(broken.Length, paths.Count));
        var kept = Enumerable.Range(0, paths.Count).Where(i => !faults.ContainsKey(i)).ToArray();
        return ([.. kept.Select(i => paths[i])], cache.Select(kept));
    }

    private static bool IsSmall(IReadOnlyList<string> paths, long most)
    {
        var lmdbs = new HashSet<string>();
        long bytes = 0;
        foreach (var path in paths)
        {
            if (!LmdbAddress.TryParse(path, out var set, out _) || lmdbs.Add(set)) bytes += FileLength(path);
            if (bytes > most) return false;
        }
        return most > 0;
    }

    // 0 if there is no such file: decoding will say so.
    private static long FileLength(string path)
    {
        try
        {
            var file = new FileInfo(LmdbAddress.TryParse(path, out var set, out _) ? LmdbFile.FileOf(set) : path);
            return file.Exists ? file.Length : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return 0;
        }
    }

    // Length of the folder part that all paths start with.
    private static int CommonFolder(IReadOnlyList<string> paths)
    {
        var common = paths[0].AsSpan();
        foreach (var path in paths) common = common[..common.CommonPrefixLength(path)];
        return common.LastIndexOfAny('/', '\\') + 1;
    }
}
