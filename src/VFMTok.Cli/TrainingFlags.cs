using System.CommandLine;
using VFMTok.Foundation;
using VFMTok.Generation;
using VFMTok.ML;
using VFMTok.Runtime;
using VFMTok.Training;
using VFMTok.Training.Discriminators;

namespace VFMTok.Cli;

/// <summary>Flags of <c>vfmtok train</c> that set training options; what is not given keeps the value of the preset: short runs for <c>tiny</c>, the paper's recipe for the others.</summary>
internal sealed class TrainingFlags
{
    private readonly Option<int?> _tokenizerSteps = new("--tokenizer-steps") { Description = "Training steps of the tokenizer (1 to 100000000)." };
    private readonly Option<string?> _generator = new("--generator") { Description = $"Size of the generator: {string.Join(", ", GeneratorConfig.Presets.Keys)} (default Tiny with '--preset tiny', else B; RAR-...: random-order training)." };
    private readonly Option<int> _ranks = Options.Number("--ranks", "Codes of each slot that the generator learns from, the nearest first; random-order training uses 2", 1, 1, CodeKey.MostRanks);
    private readonly Option<int?> _generatorSteps = new("--generator-steps") { Description = "Training steps of the generator (1 to 100000000)." };
    private readonly Option<int> _seed = Options.Number("--seed", "Seed of weights and order", 1, 0, int.MaxValue);
    private readonly Option<int?> _batchSize = new("--batch-size") { Description = "Images of one step of the tokenizer." };
    private readonly Option<int?> _accumulation = new("--accumulation") { Description = "Parts that a batch is cut into to save memory." };
    private readonly Option<double?> _learningRate = new("--learning-rate") { Description = "Peak learning rate of the tokenizer." };
    private readonly Option<double?> _averageDecay = new("--average-decay") { Description = "Decay of the moving average of the weights; 0 = none." };
    private readonly Option<Precision?> _precision = new("--precision") { Description = $"What networks compute in: {string.Join(", ", Enum.GetNames<Precision>())}." };
    private readonly Option<string?> _foundation = new("--foundation") { Description = "Foundation model, as 'vfmtok pretrain' and 'vfmtok import' write it (default: the tiny one that ships with the library)." };
    private readonly Option<string?> _perceptual = new("--perceptual") { Description = "Weights of LPIPS, as 'vfmtok import' writes them; without it there is no perceptual loss." };
    private readonly Option<DiscriminatorKind?> _discriminator = new("--discriminator") { Description = $"Adversarial training with a discriminator: {string.Join(", ", Enum.GetNames<DiscriminatorKind>())} (default: none)." };
    private readonly Option<string?> _dino = new("--dino") { Description = "DINO ViT-S/16, the official file or as 'vfmtok import' writes it, for '--discriminator Dino'." };
    private readonly Option<int?> _adversarialStart = new("--adversarial-start") { Description = "First step of the adversarial loss (default 20000)." };
    private readonly Option<int?> _checkpointEvery = new("--checkpoint-every") { Description = "Steps from one checkpoint to the next." };

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_tokenizerSteps, _generator, _ranks, _generatorSteps, _batchSize, _accumulation, _learningRate, _averageDecay, _precision, _foundation, _perceptual, _discriminator, _dino, _adversarialStart, _checkpointEvery, _seed];

    /// <summary>The seed.</summary>
    public int Seed(ParseResult parsed) => parsed.GetValue(_seed);

    /// <summary>The foundation model that was asked for, to be disposed; null = the default one.</summary>
    public VfmFoundationModel? Foundation(ParseResult parsed) => parsed.GetValue(_foundation) is { } path ? VfmFoundationModel.Load(path) : null;

    /// <summary>Sets the tokenizer's options.</summary>
    public void Apply(ParseResult parsed, TokenizerTrainingOptions options)
    {
        ApplyShared(parsed, options);
        options.Steps = parsed.GetValue(_tokenizerSteps) ?? options.Steps;
        options.BatchSize = parsed.GetValue(_batchSize) ?? options.BatchSize;
        options.Accumulation = parsed.GetValue(_accumulation) ?? options.Accumulation;
        options.LearningRate = parsed.GetValue(_learningRate) ?? options.LearningRate;
        options.PerceptualWeights = parsed.GetValue(_perceptual);
        if (parsed.GetValue(_discriminator) is not { } kind) return;
        options.Adversarial = new AdversarialOptions { Discriminator = kind, DinoWeights = parsed.GetValue(_dino) };
        options.Adversarial.StartStep = parsed.GetValue(_adversarialStart) ?? options.Adversarial.StartStep;
    }

    /// <summary>The generator's options: the recipe of its size, and what is given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isTiny">Whether the tokenizer's preset is tiny.</param>
    public VfmGenerateOptions Generator(ParseResult parsed, bool isTiny)
    {
        var name = parsed.GetValue(_generator) ?? (isTiny ? "Tiny" : "B");
        if (!GeneratorConfig.Presets.TryGetValue(name, out var config)) throw new UsageException($"There is no generator '{name}'; allowed are {string.Join(", ", GeneratorConfig.Presets.Keys)}.");
        var training = config == GeneratorConfig.Tiny || config == GeneratorConfig.RarTiny ? new GeneratorTrainingOptions()
            : config.Architecture == GeneratorArchitecture.RandomOrder ? GeneratorTrainingOptions.PaperRandomOrder() : GeneratorTrainingOptions.Paper();
        training.Config = config;
        ApplyShared(parsed, training);
        training.Steps = parsed.GetValue(_generatorSteps) ?? training.Steps;
        return new VfmGenerateOptions { Training = training, Ranks = parsed.GetValue(_ranks) };
    }

    private void ApplyShared(ParseResult parsed, TrainingOptions options)
    {
        options.Seed = parsed.GetValue(_seed);
        options.Precision = parsed.GetValue(_precision) ?? options.Precision;
        options.AverageDecay = parsed.GetValue(_averageDecay) ?? options.AverageDecay;
        options.CheckpointEvery = parsed.GetValue(_checkpointEvery) ?? options.CheckpointEvery;
    }
}
