using VFMTok.Evaluation;

namespace VFMTok.ML;

/// <summary>How close reconstructions are to their originals, and all that the figures depend on. Made by <c>mlContext.VfmEvaluateReconstruction</c>.</summary>
public sealed record VfmReconstructionMetrics
{
    internal VfmReconstructionMetrics() { }

    /// <summary>The figures: <see cref="ReconstructionScores.PsnrDb"/>, <see cref="ReconstructionScores.Ssim"/> and what else was asked for; by name in <see cref="ReconstructionScores.Figures"/>.</summary>
    public required ReconstructionScores Metrics { get; init; }

    /// <summary>How they were measured; to be stored with every figure.</summary>
    public required EvaluationProtocol Protocol { get; init; }

    /// <summary>Rows without both images, which were left out.</summary>
    public required long MissingRows { get; init; }

    /// <summary>Sentences for whoever reads the figures; they went to <c>MLContext.Log</c> as warnings too.</summary>
    public required IReadOnlyList<string> Cautions { get; init; }

    /// <summary>Figures, protocol and cautions, one a line.</summary>
    public override string ToString() => EvaluationText.Of(Metrics.Figures, Protocol, Cautions);
}
