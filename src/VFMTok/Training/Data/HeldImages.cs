using VFMTok.Imaging;

namespace VFMTok.Training;

/// <summary>Images in memory, shrunk to <see cref="TrainingImages.Largest"/> or not.</summary>
internal sealed class HeldImages(IReadOnlyList<RgbImage> images, TokenizerTrainingOptions training) : TrainingImages(training, new ImageCache(images))
{
    private string? _fingerprint;

    public override int Count => images.Count;

    public override string Fingerprint => _fingerprint ??= MakeFingerprint();

    private protected override RgbImage Decode(int index) => images[index];

    private string MakeFingerprint()
    {
        using var print = new DataFingerprint();
        foreach (var image in images) print.Add(image.Width).Add(image.Height).Add(image.Pixels);
        return print.Finish(Count);
    }
}
