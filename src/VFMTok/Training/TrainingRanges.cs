namespace VFMTok.Training;

/// <summary>Checks that both trainers share.</summary>
internal static class TrainingRanges
{
    public static void Require(int steps, int batchSize, double learningRate, double gradientClip)
    {
        if (steps is < 1 or > 100_000_000) throw new ArgumentException($"Steps is {steps}; allowed are 1 to 100,000,000.");
        if (batchSize is < 1 or > 65536) throw new ArgumentException($"BatchSize is {batchSize}; allowed are 1 to 65536.");
        if (!(learningRate is > 0 and <= 1)) throw new ArgumentException($"LearningRate is {learningRate}; allowed are numbers above 0 up to 1.");
        if (!(gradientClip > 0)) throw new ArgumentException($"GradientClip is {gradientClip}; allowed are positive numbers.");
    }
}
