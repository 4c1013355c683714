using TorchSharp;
using VFMTok.Runtime;
using VFMTok.Tokenizer;
using static TorchSharp.torch;

namespace VFMTok.Training;

/// <summary>Watches how much of a codebook is in use, and revives codes that are not.</summary>
/// <remarks>The counts are those of the quantizer's window, the last 65,536 tokens of the training, or of all tokens so far if they are fewer.</remarks>
/// <param name="quantizer">Its codebook.</param>
/// <param name="options">When to revive and to warn.</param>
/// <param name="steps">Steps of the run.</param>
internal sealed class CodebookHealth(VectorQuantizer quantizer, CodebookOptions options, int steps)
{
    private bool _warned = true; // until the share has been above the limit for the first time

    /// <summary>Takes note of a step's codes.</summary>
    /// <param name="indices">[B * S] int64</param>
    /// <param name="step">0-based.</param>
    /// <param name="figures">Gets <c>usage</c>, the share of the codebook in the window; <c>perplexity</c>, e to the entropy of the codes' frequencies; and <c>dead</c>, the number of codes not in it.</param>
    /// <returns>A warning, if usage has just fallen below the limit; else null.</returns>
    public string? Record(Tensor indices, int step, Dictionary<string, double> figures)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var usage = quantizer.RecordUsage(indices);
        var counts = quantizer.Counts((step + 1) * indices.numel()).to(ScalarType.Float32);             // [K]
        var share = counts / counts.sum();
        figures["usage"] = usage;
        figures["perplexity"] = Math.Exp(-(share * share.Plus(1e-12).log()).sum().item<float>());
        figures["dead"] = counts.Below(0.5).sum().item<long>();
        var fallen = usage < options.AlertBelow;
        var alert = fallen && !_warned ? FormattableString.Invariant($"Only {usage:P0} of the codebook is in use since step {step + 1}; a smaller codebook, a lower learning rate or revival (Codebook.RevivalEvery) may help.") : null;
        _warned = fallen;
        return alert;
    }

    /// <summary>Moves unused codes to vectors of the current batch, if it is time to.</summary>
    /// <param name="vectors">[B * S, E] normalised, what was quantized in this step.</param>
    /// <param name="step">0-based.</param>
    /// <param name="optimizer">Owns the codebook: moments of revived codes start anew.</param>
    /// <param name="seed">Of this step.</param>
    /// <returns>Codes revived.</returns>
    public int Revive(Tensor vectors, int step, AdamW optimizer, long seed)
    {
        if (options.RevivalEvery == 0 || (step + 1) % options.RevivalEvery != 0 || step + 1 > options.RevivalUntil * steps) return 0;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var dead = quantizer.Counts(Math.Min(step + 1L, options.RevivalEvery) * vectors.shape[0]).Below(1).nonzero().flatten(); // [R]
        var count = Math.Min(dead.shape[0], vectors.shape[0] / 4); // most vectors keep the code that they have just found
        if (count == 0) return 0;
        var device = vectors.device;
        var (codes, rows) = SeededDraws.Run(seed, device, () => (Shuffled(dead.shape[0]), Shuffled(vectors.shape[0])));
        optimizer.Restart(quantizer.Weight, dead.index_select(0, codes.narrow(0, 0, count)), vectors.detach().index_select(0, rows.narrow(0, 0, count)));
        return (int)count;

        Tensor Shuffled(long n) => SeededDraws.Uniform(device, n).argsort();
    }
}
