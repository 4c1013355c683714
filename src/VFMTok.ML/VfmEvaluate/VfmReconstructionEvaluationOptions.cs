using VFMTok.Evaluation;

namespace VFMTok.ML;

/// <summary>What <c>VfmEvaluateReconstruction</c> measures besides PSNR, SSIM and the use of the codebook.</summary>
public sealed class VfmReconstructionEvaluationOptions : VfmEvaluationOptions
{
    /// <summary>Network whose features tell how far the set of reconstructions is from the originals: rFID, rIS.</summary>
    /// <value>Default null: no such figure. Stays the caller's.</value>
    public FeatureExtractor? Extractor { get; set; }

    /// <summary>LPIPS.</summary>
    /// <value>Default null: not measured. Stays the caller's.</value>
    public PerceptualDistance? PerceptualDistance { get; set; }

    /// <summary>The same for the evaluator.</summary>
    internal ReconstructionEvaluatorOptions ToEvaluatorOptions(int codebookSize) =>
        new() { Extractor = Extractor, PerceptualDistance = PerceptualDistance, ResizeTo = ResizeTo, CodebookSize = codebookSize };
}
