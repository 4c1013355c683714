using VFMTok.Imaging;

namespace VFMTok.Training;

/// <summary>How sets of training images are read.</summary>
public sealed class TrainingImagesOptions
{
    /// <summary>Memory for decoded images, bytes. The first ones that fit stay: an epoch takes every image once, so no choice is better.</summary>
    /// <value>Default 512 MiB.</value>
    public long CacheBytes { get; set; } = 512L << 20;

    /// <summary>Image files that together are no larger are all decoded before training starts; broken ones are named, counted and left out. In larger sets, training finds the broken ones
    /// and takes the next image instead.</summary>
    /// <value>Default 256 MiB, some seconds' work on two cores; 0 = never.</value>
    public long VerifyBytes { get; set; } = 256L << 20;

    /// <summary>Limits, and how the pictures are to be understood.</summary>
    /// <value>Default null: <see cref="ImageDecodingOptions.Default"/> for folders, <see cref="ImageDecodingOptions.Reference"/> for LMDB files.</value>
    public ImageDecodingOptions? Decoding { get; set; }

    /// <summary>Seed of the fixed order in which an LMDB file's images are numbered: numpy's <c>RandomState(seed).permutation(count)</c>.</summary>
    /// <value>Default 43, as in the paper's code; null: as in the file. Every epoch is shuffled besides.</value>
    public uint? PermutationSeed { get; set; } = 43;
}
