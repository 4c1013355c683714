namespace VFMTok.Examples.Ablation;

/// <summary>What every variant may spend; the same for all.</summary>
/// <param name="TrainingImages">Images to learn from.</param>
/// <param name="HeldOutImages">Images that reconstructions are measured on, and that samples are compared with.</param>
/// <param name="TokenizerSteps">Steps of <see cref="TokenizerBatch"/> images.</param>
/// <param name="GeneratorSteps">Steps of <see cref="GeneratorBatch"/> images at which samples are drawn and measured, rising; the last one ends the training.</param>
/// <param name="Samples">Images of each measurement.</param>
/// <param name="ExtractorSteps">Steps of 32 images in which the second feature extractor is trained.</param>
internal sealed record Budget(int TrainingImages, int HeldOutImages, int TokenizerSteps, IReadOnlyList<int> GeneratorSteps, int Samples, int ExtractorSteps)
{
    /// <summary>Images of a step.</summary>
    public const int TokenizerBatch = 8, GeneratorBatch = 48;

    /// <summary>Guidance scales that are measured: without, and with.</summary>
    public static IReadOnlyList<double> Guidance { get; } = [1, 2];

    /// <summary>The committed report's.</summary>
    public static Budget Full { get; } = new(4800, 1000, 1200, [200, 400, 800], 400, 300);

    /// <summary>To see that everything works.</summary>
    public static Budget Quick { get; } = new(96, 96, 6, [2, 4], 24, 3);

    /// <summary>The same with so many times the steps of tokenizers and generators.</summary>
    public Budget Times(int factor) => this with { TokenizerSteps = TokenizerSteps * factor, GeneratorSteps = [.. GeneratorSteps.Select(s => s * factor)] };
}
