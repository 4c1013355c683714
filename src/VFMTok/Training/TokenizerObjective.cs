using TorchSharp;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using VFMTok.Training.Losses;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>What the tokenizer minimises (paper section 3.3, spec 8.2): pixels, perception, codebook, commitment, entropy, features, and the discriminator's opinion.</summary>
/// <param name="options">Weights of the terms.</param>
/// <param name="perceptual">LPIPS; null = without.</param>
internal sealed class TokenizerObjective(TokenizerTrainingOptions options, LearnedPerceptualLoss? perceptual)
{
    /// <summary>The objective and its parts, unweighted, by name.</summary>
    /// <param name="output">What the network made of the images.</param>
    /// <param name="target">[B, 3, S, S] the images.</param>
    /// <param name="adversary">The discriminator, if its loss counts at this step.</param>
    /// <param name="lastLayer">Weight of the layer that makes the pixels, for the adaptive weight.</param>
    /// <param name="seed">Of the discriminator's crops and the perceptual loss's dropout.</param>
    public (Tensor Loss, List<(string Name, Tensor Value)> Terms) Compute(TokenizerOutput output, Tensor target, Adversary? adversary, Tensor lastLayer, long seed)
    {
        var quantized = output.Quantized;
        var pixel = PixelLoss.Compute(output.Reconstruction, target, options.PixelLoss);
        var codebook = QuantizerLosses.Codebook(quantized.Codes, quantized.Input);
        var commitment = QuantizerLosses.Commitment(quantized.Codes, quantized.Input, options.Commitment);
        var feature = FeatureReconstructionLoss.Compute(output.PredictedFeatures, output.TargetFeatures);
        var terms = new List<(string, Tensor)> { ("pixel", pixel), ("codebook", codebook), ("commitment", commitment), ("feature", feature) };
        var picture = pixel.Times(options.PixelWeight);
        if (perceptual is not null)
        {
            var distance = SeededDraws.Run(RowSeeds.Combine(seed, -2), target.device, () => perceptual.call(output.Reconstruction, target)).mean();
            terms.Add(("perceptual", distance));
            picture = picture.Plus(distance.Times(options.PerceptualWeight));
        }
        var loss = picture.Plus(codebook.Plus(commitment).Times(options.QuantizerWeight)).Plus(feature.Times(options.FeatureWeight));
        if (options.EntropyWeight > 0)
        {
            var entropy = EntropyLoss.Compute(quantized.Distances.neg());
            terms.Add(("entropy", entropy));
            loss = loss.Plus(entropy.Times(options.EntropyWeight));
        }
        if (adversary is null) return (loss, terms);
        var fooling = adversary.GeneratorLoss(output.Reconstruction, seed);
        terms.Add(("adversarial", fooling));
        if (!adversary.IsAdaptive) return (loss.Plus(fooling.Times(adversary.Weight)), terms);
        var factor = AdaptiveWeight.Compute(picture, fooling, lastLayer);
        terms.Add(("adaptiveWeight", factor));
        return (loss.Plus((fooling * factor).Times(adversary.Weight)), terms);
    }
}
