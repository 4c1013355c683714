using System.Diagnostics;
using VFMTok.Evaluation;

namespace VFMTok.Benchmarks;

/// <summary>From the features of a full evaluation to its figures: 50,000 samples against 50,000 references of 2,048 numbers each, and precision and recall against 10,000 of them.</summary>
/// <remarks>The features are drawn, so no network takes part; drawing them is not timed.</remarks>
internal static class Evaluation
{
    private const int Width = 2048, Block = 1000, Limit = 120; // seconds that the distance may take on two cores

    public static void Run(Settings settings)
    {
        var (count, references) = settings.Quick ? (5_000, 1_000) : (50_000, 10_000);
        var (watch, samples) = (new Stopwatch(), new FeatureStore(Width, count));
        FeatureMoments first = Gather(1, samples), second = Gather(2, null);
        var moments = watch.Elapsed.TotalSeconds;
        var distance = FrechetDistance.Between(first.ToStatistics(), second.ToStatistics());
        var total = watch.Elapsed.TotalSeconds;
        if (distance.IsSingular) throw new InvalidOperationException("The features that were drawn do not vary in all directions; the time says nothing.");
        Print($"moments of two sets of {count} features", moments);
        Print("Frechet distance of their statistics", total - moments);
        Measured.Print($"evaluation, Frechet distance of two sets of {count} features, all in all", total, "s", "Float64", FeatureMoments.BlockRows, total / Limit, "two minutes");
        watch.Restart();
        PrecisionRecall.Of(samples.Features.Span[..(references * Width)], samples.Features.Span, Width);
        Print($"precision and recall of {count} features against {references}", watch.Elapsed.TotalSeconds, "Float32");

        FeatureMoments Gather(int seed, FeatureStore? kept)
        {
            var (moments, random, features) = (new FeatureMoments(Width), new Random(seed), new float[Block * Width]);
            for (var done = 0; done < count; done += Block)
            {
                watch.Stop();
                for (var i = 0; i < features.Length; i++) features[i] = random.NextSingle() + random.NextSingle();
                kept?.Add(features);
                watch.Start();
                moments.Add(features);
            }
            return moments;
        }

        static void Print(string name, double seconds, string precision = "Float64") => Measured.Print("evaluation, " + name, seconds, "s", precision, FeatureMoments.BlockRows);
    }
}
