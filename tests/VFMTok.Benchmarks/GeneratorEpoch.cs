using VFMTok.Examples.Drawing;
using VFMTok.Generation;
using VFMTok.Imaging;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using VFMTok.Training;
using static TorchSharp.torch;

namespace VFMTok.Benchmarks;

/// <summary>An epoch of the Tiny generator from cached codes, against tokenizing every batch when it is needed (as the paper's code does).</summary>
internal static class GeneratorEpoch
{
    public static void Run(Settings settings)
    {
        var folder = Directory.CreateTempSubdirectory("vfmtok-").FullName;
        try
        {
            ShapeSet.Write(folder, settings.Quick ? 60 : 300, seed: 1);
            foreach (var precision in new[] { Precision.Float32, Precision.BFloat16 }) Run(folder, precision, settings.ManyRounds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Run(string folder, Precision precision, int rounds)
    {
        using var tokenizer = new VfmTokenizerModel(SeededDraws.Run(1, () => new VfmTokenizer(TokenizerConfig.Tiny)), ComputeDevice.Cpu); // untrained: it takes as long
        var labelled = LabelledImages.FromFolder(folder);
        var options = new GeneratorTrainingOptions { Precision = precision, ValidationShare = 0 };
        var encoding = System.Diagnostics.Stopwatch.StartNew();
        var (codes, _) = CodeEncoder.Encode(tokenizer, labelled, new CodeEncodingOptions { Augmentation = CodeAugmentation.Flip });
        var once = encoding.Elapsed.TotalSeconds;
        using var network = SeededDraws.Run(1, () => GeneratorNetwork.Of(GeneratorConfig.Tiny));
        using var training = new GeneratorTraining(options, network, codes, CPU, tokenizer: null);

        var side = TokenizerConfig.Tiny.ImageSize;
        var (rgb, tokens, bytes) = (new byte[options.BatchSize * side * side * 3], new int[options.BatchSize * tokenizer.Config.SlotCount], side * side * 3);
        using var images = TrainingImages.FromFolder(folder, new TokenizerTrainingOptions());
        var (random, step) = (new Random(1), 0);
        void Cached() => training.Step(step++, 1e-3);
        void OnTheFly()
        {
            for (var i = 0; i < options.BatchSize; i++) images.Read(random.Next(images.Count), side, random, rgb.AsSpan(i * bytes, bytes)); // decoded before; crop and mirror image
            tokenizer.Encode(rgb, options.BatchSize, tokens);
            training.Step(step++, 1e-3);
        }
        var times = Measured.Medians(rounds, Cached, OnTheFly);
        var steps = codes.Count / (double)options.BatchSize;
        Measured.Print("generator-epoch, cached codes", times[0] * steps, "s", $"{precision}", options.BatchSize, times[0] / times[1], "tokenized on the fly");
        Measured.Print("generator-epoch, tokenized on the fly", times[1] * steps, "s", $"{precision}", options.BatchSize);
        Measured.Print("filling the cache, two variants, once", once, "s", "Float32", new CodeEncodingOptions().BatchSize, once / ((times[1] - times[0]) * steps), "what it saves in an epoch");
    }
}
