namespace VFMTok.Training;

/// <summary>The images that a tokenizer learns from. They are read from several threads at once. <see cref="TrainingImages"/> has the usual sources.</summary>
public interface ITrainingImages
{
    /// <summary>How many.</summary>
    int Count { get; }

    /// <summary>Tells one set from another, so that a run is not resumed with other images. The same wherever the set is stored.</summary>
    /// <value>Default: the number of images.</value>
    string Fingerprint => $"{Count} images";

    /// <summary>Writes one image, cropped (and augmented, if <paramref name="augmentation"/> is there).</summary>
    /// <param name="index">In [0, Count).</param>
    /// <param name="size">Side of the square crop, pixels.</param>
    /// <param name="augmentation">Source of the random crop and flip; null = centre crop.</param>
    /// <param name="rgb">size * size * 3 bytes to fill.</param>
    /// <exception cref="Imaging.InvalidImageException">The image is broken; training takes the next one instead.</exception>
    void Read(int index, int size, Random? augmentation, Span<byte> rgb);
}
