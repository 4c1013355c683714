namespace VFMTok.Training;

/// <summary>The images that a tokenizer learns from.</summary>
public interface ITrainingImages
{
    /// <summary>How many.</summary>
    int Count { get; }

    /// <summary>Writes one image, cropped (and augmented, if <paramref name="augmentation"/> is there).</summary>
    /// <param name="index">In [0, Count).</param>
    /// <param name="size">Side of the square crop, pixels.</param>
    /// <param name="augmentation">Source of the random crop and flip; null = centre crop.</param>
    /// <param name="rgb">size * size * 3 bytes to fill.</param>
    void Read(int index, int size, Random? augmentation, Span<byte> rgb);
}
