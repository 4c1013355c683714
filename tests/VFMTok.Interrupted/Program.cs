// Work that its test kills. Prints a line when it has started and one per step.
// VFMTok.Interrupted tokenizer|generator|random-order FOLDER STEPS [KILL_AFTER_STEP]: a training.
// VFMTok.Interrupted codes FOLDER IMAGES TOKENIZER: an encoding.
using System.Diagnostics;
using VFMTok.Generation;
using VFMTok.Imaging;
using VFMTok.Tokenizer;
using VFMTok.Training;

if (args[0] == "codes")
{
    using var model = VfmTokenizerModel.Load(args[3]);
    var pictures = Enumerable.Range(0, int.Parse(args[2])).Select(Noise.Picture).ToArray();
    Console.WriteLine("started");
    CodeEncoder.Encode(model, LabelledImages.FromMemory(pictures, new int[pictures.Length], ["all"]), args[1], new CodeEncodingOptions { ShardSize = 2, BatchSize = 2 }, new EveryStep(int.MaxValue), Console.Error.WriteLine);
    Console.WriteLine("done");
    return;
}
var (folder, steps, killAfter) = (args[1], int.Parse(args[2]), args.Length > 3 ? int.Parse(args[3]) : int.MaxValue);
var progress = new EveryStep(killAfter);
Console.WriteLine("started");
if (args[0] == "tokenizer")
    TokenizerTrainer.Train(new TokenizerTrainingOptions
    {
        Steps = steps, BatchSize = 4, Accumulation = 2, AverageDecay = 0.8, Folder = folder, CheckpointEvery = 1, PictureEvery = 2, RecordEvery = 1,
        Codebook = { RevivalEvery = 2 }, Adversarial = new() { StartStep = 3, Width = 8 },
    }, new Noise(), progress, warn: Console.Error.WriteLine).Dispose();
else if (args[0] == "random-order") // two ranks, every dropout, and orders that turn from random to raster on the way
    GeneratorTrainer.Train(new GeneratorTrainingOptions
    {
        Steps = steps, BatchSize = 4, Accumulation = 2, Folder = folder, CheckpointEvery = 1, RecordEvery = 1,
        Config = GeneratorConfig.RarTiny with { TokenDropout = 0.1, ResidualDropout = 0.1, AttentionDropout = 0.1 },
    }, new TokenizedImages([.. Enumerable.Range(0, 2 * 5 * 64).Select(i => i * 31 % 512)], [0, 1, 0, 1, 1], 8, 512, ["a", "b"], "none", ranks: 2), progress, warn: Console.Error.WriteLine).Dispose();
else
    GeneratorTrainer.Train(new GeneratorTrainingOptions { Steps = steps, BatchSize = 4, AverageDecay = 0.8, Folder = folder, CheckpointEvery = 1, RecordEvery = 1 },
        new TokenizedImages([.. Enumerable.Range(0, 5 * 64).Select(i => i * 31 % 512)], [0, 1, 0, 1, 1], 8, 512, ["a", "b"], "none"), progress, warn: Console.Error.WriteLine).Dispose();
Console.WriteLine("done");

internal sealed class EveryStep(int killAfter) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        Console.WriteLine($"step {value.Step}");
        if (value.Step > killAfter) Process.GetCurrentProcess().Kill(); // SIGKILL: nothing is flushed, nothing is disposed
    }
}

internal sealed class Noise : ITrainingImages
{
    public int Count => 6;

    public static RgbImage Picture(int index)
    {
        var pixels = new byte[64 * 64 * 3];
        new Random(index).NextBytes(pixels);
        return new RgbImage(64, 64, pixels);
    }

    public void Read(int index, int size, Random? augmentation, Span<byte> rgb)
    {
        new Random(index).NextBytes(rgb);
        if (augmentation is not null) rgb.Slice(augmentation.Next(rgb.Length / 2), rgb.Length / 3).Clear();
    }
}
