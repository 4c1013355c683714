using VFMTok.Evaluation;
using VFMTok.Examples.Drawing;
using VFMTok.Foundation;
using VFMTok.Imaging;
using VFMTok.Runtime;

namespace VFMTok.Tests.Foundation;

/// <summary>The shipped model is a foundation: it tells apart, without any training on them, classes of pictures that it has never seen.</summary>
public class TinyFoundationTests
{
    [Fact]
    public void Nearest_neighbours_of_its_features_recognise_QuickStarts_shapes()
    {
        using var work = new WorkFolder();
        var (bank, bankLabels) = Draw(work.Path("bank"), imagesPerClass: 300, seed: 2026); // as QuickStart draws them
        var (queries, labels) = Draw(work.Path("queries"), imagesPerClass: 20, seed: 2027);
        double Accuracy(VfmFoundationModel model) => NearestNeighbours.Accuracy(Features(model, bank), bankLabels, Features(model, queries), labels);
        using var shipped = VfmFoundationModel.Tiny();
        using var untrained = new VfmFoundationModel(SeededDraws.Run(1, () => new VisionTransformer(shipped.Config)), shipped.ImageSize, ComputeDevice.Cpu);
        var (trained, raw) = (Accuracy(shipped), Accuracy(untrained));
        Assert.True(trained >= 0.9 && trained >= raw + 0.25, $"{trained} against {raw} of the untrained network");
    }

    private static (byte[] Rgb, int[] Labels) Draw(string folder, int imagesPerClass, int seed)
    {
        ShapeSet.Write(folder, imagesPerClass, seed);
        var images = ImageFolder.Find(folder);
        return ([.. images.SelectMany(i => Crops.CenterCrop(ImageDecoder.Decode(i.Path), 64).Pixels)], [.. images.Select(i => ShapeSet.Classes.ToList().IndexOf(i.Label))]);
    }

    private static float[] Features(VfmFoundationModel model, byte[] rgb)
    {
        var bytes = model.ImageSize * model.ImageSize * 3;
        var features = new float[rgb.Length / bytes * model.FeatureCount];
        for (var first = 0; first < rgb.Length / bytes; first += 100)
            model.Featurize(rgb.AsSpan(first * bytes, 100 * bytes), 100, features.AsSpan(first * model.FeatureCount, 100 * model.FeatureCount));
        return features;
    }
}
