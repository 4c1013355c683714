using VFMTok.Imaging;
using VFMTok.Imaging.Lmdb;

namespace VFMTok.Training;

/// <summary>The images of an LMDB file (spec 8.1.1), read when they are needed.</summary>
internal sealed class LmdbImages : TrainingImages
{
    private readonly LmdbImageSet _set;
    private readonly int[]? _keys;
    private readonly ImageDecodingOptions _decoding;
    private readonly uint? _seed;
    private string? _fingerprint;

    public LmdbImages(string path, TokenizerTrainingOptions training, TrainingImagesOptions options) : this(new LmdbImageSet(path), training, options) { }

    private LmdbImages(LmdbImageSet set, TokenizerTrainingOptions training, TrainingImagesOptions options) : base(training, new ImageCache(set.Count, options.CacheBytes))
    {
        (_set, _seed, _decoding) = (set, options.PermutationSeed, options.Decoding ?? ImageDecodingOptions.Reference);
        if (_seed is { } seed) _keys = NumpyPermutation.Of(set.Count, seed);
    }

    public override int Count => _set.Count;

    public override string Fingerprint => _fingerprint ??= MakeFingerprint();

    private protected override RgbImage Decode(int index) => _set.Read(KeyOf(index)).Decode(_decoding);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _set.Dispose();
    }

    private int KeyOf(int index) => _keys?[index] ?? index;

    // The order, and the labels and lengths of some images.
    private string MakeFingerprint()
    {
        using var print = new DataFingerprint();
        print.Add(_seed ?? -1L);
        foreach (var index in DataFingerprint.Sample(Count))
        {
            try
            {
                var sample = _set.Read(KeyOf(index));
                print.Add(sample.Image.Length).Add(sample.Label);
            }
            catch (InvalidImageException)
            {
                print.Add(-1);
            }
        }
        return print.Finish(Count);
    }
}
