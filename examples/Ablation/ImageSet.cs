using VFMTok.Examples.Drawing;
using VFMTok.Imaging;
using VFMTok.Runtime;
using VFMTok.Training;

namespace VFMTok.Examples.Ablation;

/// <summary>A set of drawings of 64 x 64 pixels, with classes: what is learned from, and what is held out.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Classes">Class names.</param>
/// <param name="Training">Image i is of class i modulo their number.</param>
/// <param name="HeldOut">Likewise.</param>
internal sealed record ImageSet(string Name, IReadOnlyList<string> Classes, RgbImage[] Training, RgbImage[] HeldOut)
{
    public const string Shapes = "shapes", Scenes = "scenes";

    /// <summary>Side of the images, pixels.</summary>
    public const int Side = 64;

    private const int Seed = 77;

    /// <summary>The class of image i.</summary>
    public int Label(int image) => image % Classes.Count;

    /// <summary>Draws a set. Always the same: runs differ by the seeds of their trainings alone.</summary>
    /// <param name="name">Shapes: the QuickStart's ten classes, which their outline tells apart. Scenes: two objects, see <see cref="SceneSet"/>.</param>
    /// <param name="training">Images to learn from.</param>
    /// <param name="heldOut">Others.</param>
    public static ImageSet Draw(string name, int training, int heldOut)
    {
        var classes = name == Shapes ? ShapeSet.Classes : SceneSet.Classes;
        RgbImage[] Images(int count, int seed) => [.. Enumerable.Range(0, count).AsParallel().AsOrdered().Select(i => name == Shapes
            ? Crops.CenterCrop(ShapeSet.Draw(i % classes.Count, i / classes.Count, seed), Side)
            : SceneSet.Draw(i % classes.Count, new Random(HashCode(seed, i))))];
        return new ImageSet(name, classes, Images(training, Seed), Images(heldOut, Seed + 1));
    }

    /// <summary>The images as a training reads them: as they are, since place and size are part of what is to be learned.</summary>
    public ITrainingImages ForTraining() => new Drawings(Training);

    // System.HashCode is salted per process.
    private static int HashCode(int seed, int index) => unchecked((int)((uint)seed * 0x9E3779B1u ^ (uint)index * 0x85EBCA6Bu) & int.MaxValue);

    private sealed class Drawings(RgbImage[] images) : ITrainingImages
    {
        public int Count => images.Length;

        public void Read(int index, int size, Random? augmentation, Span<byte> rgb) => images[index].Pixels.CopyTo(rgb);
    }
}
