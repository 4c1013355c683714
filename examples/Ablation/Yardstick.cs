using VFMTok.Evaluation;
using VFMTok.Foundation;
using VFMTok.Imaging;
using VFMTok.Training;

namespace VFMTok.Examples.Ablation;

/// <summary>What all variants of one image set are measured with: two feature extractors and the statistics of the held-out images.</summary>
internal sealed class Yardstick : IDisposable
{
    private readonly VfmFoundationModel _tiny = VfmFoundationModel.Tiny();
    private readonly VfmFoundationModel _other;
    private readonly ImageSet _set;

    /// <param name="set">Image set.</param>
    /// <param name="folder">Keeps the second extractor, which is trained if it is not there.</param>
    /// <param name="budget">How long.</param>
    public Yardstick(ImageSet set, string folder, Budget budget)
    {
        _set = set;
        _other = SecondModel(set, Path.Combine(folder, $"{set.Name}-extractor.safetensors"), budget);
        (First, Second) = (FeatureExtractor.Foundation(_tiny), FeatureExtractor.Foundation(_other));
        FirstReference = Pooled(First, set.HeldOut);
        SecondReference = Pooled(Second, set.HeldOut);
    }

    /// <summary>The tiny foundation model: what the tokenizers with a frozen model see the world through.</summary>
    public FeatureExtractor First { get; }

    /// <summary>A network of the same kind that learned from this set's training images, without labels and from another start: no tokenizer has seen it.</summary>
    /// <remarks>It has learned for a few hundred steps only, and answers pictures unlike its own with numbers a hundred times as large as usual: one odd sample of 400 raises its distance by thousands. It is of use for reconstructions.</remarks>
    public FeatureExtractor Second { get; }

    private float[] FirstReference { get; }

    private float[] SecondReference { get; }

    /// <summary>Features for classifiers: class token and mean of the patches, tiny foundation model.</summary>
    public IReadOnlyList<float[]> Describe(IReadOnlyList<RgbImage> images)
    {
        var all = new float[images.Count * _tiny.FeatureCount];
        for (var first = 0; first < images.Count; first += 64)
        {
            var group = images.Skip(first).Take(64).ToArray();
            _tiny.Featurize(RgbImage.Concatenate(group), group.Length, all.AsSpan(first * _tiny.FeatureCount, group.Length * _tiny.FeatureCount));
        }
        return [.. all.Chunk(_tiny.FeatureCount)];
    }

    /// <summary>Frechet distances of images to the held-out ones, in both networks' features.</summary>
    public (double First, double Second) Distances(IReadOnlyList<RgbImage> images) =>
        (Distance(First, FirstReference, images), Distance(Second, SecondReference, images));

    /// <summary>Precision and recall against the held-out images.</summary>
    public PrecisionRecall Manifold(IReadOnlyList<RgbImage> images) => PrecisionRecall.Of(FirstReference, Pooled(First, images), First.Width);

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
        _tiny.Dispose();
        _other.Dispose();
    }

    private static double Distance(FeatureExtractor extractor, float[] reference, IReadOnlyList<RgbImage> images) =>
        FrechetDistance.Between(Moments(extractor, reference), Moments(extractor, Pooled(extractor, images))).Value;

    private static float[] Pooled(FeatureExtractor extractor, IReadOnlyList<RgbImage> images) => extractor.Extract(images).Pooled;

    private static FeatureStatistics Moments(FeatureExtractor extractor, float[] features)
    {
        var moments = new FeatureMoments(extractor.Width);
        moments.Add(features);
        return moments.ToStatistics();
    }

    private static VfmFoundationModel SecondModel(ImageSet set, string path, Budget budget)
    {
        if (File.Exists(path)) return VfmFoundationModel.Load(path);
        Console.WriteLine($"{set.Name}: training the second feature extractor");
        var model = FoundationTrainer.Train(new FoundationTrainingOptions { Steps = budget.ExtractorSteps, BatchSize = 32, SourceSize = ImageSet.Side, Seed = 99 }, set.ForTraining());
        model.Save(path);
        return model;
    }
}
