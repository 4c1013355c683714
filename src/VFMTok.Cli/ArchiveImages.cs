using VFMTok.Evaluation;
using VFMTok.Imaging;

namespace VFMTok.Cli;

/// <summary>The images of an <c>.npz</c>.</summary>
internal sealed class ArchiveImages(string path, int side) : ImageSource
{
    private readonly SampleArchive _archive = SampleArchive.Open(path);

    public override string Name => Path.GetFileName(path);

    public override long Count => _archive.Count;

    public override (int Width, int Height) Size => side > 0 ? (side, side) : (_archive.Width, _archive.Height);

    public override IEnumerable<EvaluatedImage> Read(CancellationToken cancellation) =>
        _archive.Read().Select((image, i) => new EvaluatedImage($"{Name}, image {i}", side > 0 ? Crops.CenterCrop(image, side) : image));

    public override void Dispose() => _archive.Dispose();
}
