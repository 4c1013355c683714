using System.Diagnostics;
using VFMTok.Evaluation;
using VFMTok.Generation;
using VFMTok.Imaging;
using VFMTok.Tokenizer;
using VFMTok.Training;
using VFMTok.Training.Losses;

namespace VFMTok.Examples.Ablation;

/// <summary>One run: trains a variant's tokenizer and a generator on its tokens, and measures both.</summary>
/// <param name="set">Images.</param>
/// <param name="yardstick">Measures.</param>
/// <param name="variant">What is tried.</param>
/// <param name="seed">Of both trainings.</param>
/// <param name="budget">What it may spend.</param>
/// <param name="folder">Gets the pictures, and the generator between two measurements.</param>
/// <param name="log">Gets a line per step of the work.</param>
internal sealed class Experiment(ImageSet set, Yardstick yardstick, Variant variant, int seed, Budget budget, string folder, Action<string> log)
{
    private const int JudgeImages = 800, PictureRows = 4, PictureColumns = 8;

    private string Name => RunResult.NameOf(set.Name, variant.Key, seed);

    public RunResult Run()
    {
        var watch = Stopwatch.StartNew();
        using var tokenizer = TokenizerTrainer.Train(new TokenizerTrainingOptions
        {
            Config = variant.Config, FeatureWeight = variant.FeatureWeight, Steps = budget.TokenizerSteps, Seed = seed,
            BatchSize = Budget.TokenizerBatch, LearningRate = 1.5e-3, PixelLoss = PixelLossKind.L2, PixelWeight = 5, // the paper's loss; the absolute error leaves all objects brown for longer than these runs last
        }, set.ForTraining(), new Watch("tokenizer", log));
        log($"{watch.Elapsed.TotalSeconds:f0} s  tokenizer trained");

        var (tokens, heldOutTokens) = (Encode(tokenizer, set.Training), Encode(tokenizer, set.HeldOut));
        var reconstructions = Decode(tokenizer, heldOutTokens);
        var codebook = new CodebookStatistics(variant.Config.CodebookSize);
        codebook.Add(heldOutTokens);
        var (distances, psnr) = (yardstick.Distances(reconstructions), set.HeldOut.Zip(reconstructions, ReconstructionMetrics.Psnr).Average());
        var probe = new LinearClassifier(Vectors(tokenizer, tokens), Labels(set.Training.Length)).Accuracy(Vectors(tokenizer, heldOutTokens), Labels(set.HeldOut.Length));

        var seen = Math.Min(JudgeImages, set.Training.Length);
        var redrawn = Decode(tokenizer, tokens.AsSpan(0, seen * variant.Config.SlotCount));
        var judge = new LinearClassifier([.. yardstick.Describe(set.Training[..seen]), .. yardstick.Describe(redrawn)], [.. Labels(seen), .. Labels(seen)]);
        var judged = judge.Accuracy(yardstick.Describe(reconstructions), Labels(set.HeldOut.Length));
        SavePicture("reconstructions", [.. set.HeldOut.Zip(reconstructions).Take(PictureRows * PictureColumns / 2).SelectMany(p => new[] { p.First, p.Second })], groupColumns: 2);
        log($"{watch.Elapsed.TotalSeconds:f0} s  tokenizer measured: {psnr:f2} dB, {distances.First:f2}, probe {probe:P1}");

        var samples = new List<SampleScores>();
        foreach (var step in budget.GeneratorSteps)
        {
            using var generator = TrainGenerator(tokenizer, tokens, step);
            foreach (var guidance in Budget.Guidance) samples.Add(Measure(generator, tokenizer, judge, step, guidance));
            log($"{watch.Elapsed.TotalSeconds:f0} s  generator after {step} steps: {samples[^2].Distance:f2} without guidance, {samples[^1].Distance:f2} with, classes {samples[^2].ClassAccuracy:P1} and {samples[^1].ClassAccuracy:P1}");
        }
        Directory.Delete(GeneratorFolder, recursive: true);
        return new RunResult(set.Name, variant.Key, seed, variant.Config.SlotCount, psnr, set.HeldOut.Zip(reconstructions, ReconstructionMetrics.Ssim).Average(),
            distances.First, distances.Second, codebook.Usage, codebook.Perplexity, probe, judged, samples, watch.Elapsed.TotalSeconds, budget);
    }

    private string GeneratorFolder => Path.Combine(folder, Name + "-generator");

    // A constant rate and an average of the weights, as in the paper: the model of a step is what a shorter run would have given. The run goes on from its checkpoint.
    private VfmGeneratorModel TrainGenerator(VfmTokenizerModel tokenizer, int[] tokens, int step)
    {
        if (step == budget.GeneratorSteps[0] && Directory.Exists(GeneratorFolder)) Directory.Delete(GeneratorFolder, recursive: true);
        var options = new GeneratorTrainingOptions
        {
            Steps = budget.GeneratorSteps[^1], BatchSize = Budget.GeneratorBatch, MinimumLearningRate = 1e-3, LearningRate = 1e-3, WarmupSteps = budget.GeneratorSteps[^1] / 20, AverageDecay = 0.99, Seed = seed,
            Folder = GeneratorFolder, CheckpointEvery = budget.GeneratorSteps[^1], PictureEvery = budget.GeneratorSteps[^1],
        };
        var data = new TokenizedImages(tokens, Labels(set.Training.Length), variant.Config.SlotGrid, variant.Config.CodebookSize, set.Classes, tokenizer.Hash);
        using var stop = new CancellationTokenSource();
        try
        {
            return GeneratorTrainer.Train(options, data, new Watch("generator", log, step, stop), cancellation: stop.Token);
        }
        catch (TrainingCanceledException)
        {
            return VfmGeneratorModel.Load(Path.Combine(GeneratorFolder, "generator.safetensors"));
        }
    }

    private SampleScores Measure(VfmGeneratorModel generator, VfmTokenizerModel tokenizer, LinearClassifier judge, int step, double guidance)
    {
        var (labels, drawn) = (Labels(budget.Samples), new int[budget.Samples * variant.Config.SlotCount]);
        generator.Generate(labels, [.. Enumerable.Range(0, budget.Samples).Select(i => seed * 1_000_000L + i)], new SamplingOptions { GuidanceScale = guidance }, drawn);
        var images = Decode(tokenizer, drawn);
        if (step == budget.GeneratorSteps[^1]) SavePicture($"samples-guidance-{guidance}", images[..Math.Min(images.Length, PictureRows * PictureColumns)]);
        var (distances, manifold) = (yardstick.Distances(images), yardstick.Manifold(images));
        return new SampleScores(step, guidance, distances.First, distances.Second, manifold.Precision, manifold.Recall, judge.Accuracy(yardstick.Describe(images), labels));
    }

    private int[] Labels(int count) => [.. Enumerable.Range(0, count).Select(set.Label)];

    private static int[] Encode(VfmTokenizerModel tokenizer, RgbImage[] images)
    {
        var tokens = new int[images.Length * tokenizer.Config.SlotCount];
        tokenizer.Encode(RgbImage.Concatenate(images), images.Length, tokens);
        return tokens;
    }

    private static RgbImage[] Decode(VfmTokenizerModel tokenizer, ReadOnlySpan<int> tokens)
    {
        var (count, bytes) = (tokens.Length / tokenizer.Config.SlotCount, ImageSet.Side * ImageSet.Side * 3);
        var rgb = new byte[count * bytes];
        tokenizer.Decode(tokens, count, rgb);
        return [.. rgb.Chunk(bytes).Select(pixels => new RgbImage(ImageSet.Side, ImageSet.Side, pixels))];
    }

    private float[][] Vectors(VfmTokenizerModel tokenizer, int[] tokens)
    {
        var vectors = new float[tokens.Length * variant.Config.CodeWidth];
        tokenizer.Embed(tokens, vectors);
        return [.. vectors.Chunk(variant.Config.SlotCount * variant.Config.CodeWidth)]; // of all tokens of an image, one after the other
    }

    private void SavePicture(string what, RgbImage[] images, int groupColumns = 1) =>
        ImageWriter.SavePng(ImageGrid.Compose([.. images.Chunk(PictureColumns)], [], 2, groupColumns), Path.Combine(folder, $"{Name}-{what}.png"));

    // A line now and then, and the end at a given step.
    private sealed class Watch(string what, Action<string> log, int last = int.MaxValue, CancellationTokenSource? stop = null) : IProgress<TrainingProgress>
    {
        private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

        private readonly Stopwatch _sinceLine = Stopwatch.StartNew();

        public void Report(TrainingProgress value)
        {
            if (value.Step >= last && last < value.Steps) stop!.Cancel();
            if (_sinceLine.Elapsed < Interval) return;
            log($"{what}, step {value.Step} of {value.Steps}: loss {value.Loss:f3}");
            _sinceLine.Restart();
        }
    }
}
