using VFMTok.Evaluation;

namespace VFMTok.ML;

/// <summary>How good generated images are, and all that the figures depend on. Made by <c>mlContext.VfmEvaluateGeneration</c>.</summary>
/// <remarks>The data do not say how samples were drawn; whoever knows adds it: <c>metrics with { Protocol = metrics.Protocol.Drawn(options) with { Seed = 1 } }</c>.</remarks>
public sealed record VfmGenerationMetrics
{
    internal VfmGenerationMetrics() { }

    /// <summary>The figures: <see cref="GenerationMetrics.Distance"/>, called <see cref="GenerationMetrics.DistanceName"/>, precision, recall and with Inception-v3 more; by name in <see cref="GenerationMetrics.Figures"/>.</summary>
    public required GenerationMetrics Metrics { get; init; }

    /// <summary>How they were measured; to be stored with every figure.</summary>
    public required EvaluationProtocol Protocol { get; init; }

    /// <summary>Rows without a sample, which were left out.</summary>
    public required long MissingRows { get; init; }

    /// <summary>Sentences for whoever reads the figures; they went to <c>MLContext.Log</c> as warnings too.</summary>
    public required IReadOnlyList<string> Cautions { get; init; }

    /// <summary>Figures, protocol and cautions, one a line.</summary>
    public override string ToString() => EvaluationText.Of(Metrics.Figures, Protocol, Cautions);
}
