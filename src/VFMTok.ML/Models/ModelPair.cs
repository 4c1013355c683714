using VFMTok.Generation;
using VFMTok.Tokenizer;

namespace VFMTok.ML.Models;

/// <summary>A generator and the tokenizer whose tokens it writes.</summary>
internal static class ModelPair
{
    /// <summary>Refuses models that do not belong together.</summary>
    /// <exception cref="ArgumentException">The token grids, the codebooks or the hashes differ.</exception>
    public static void Require(VfmGeneratorModel generator, VfmTokenizerModel tokenizer)
    {
        var (g, t) = (generator.Config, tokenizer.Config);
        if (g.TokenGrid != t.SlotGrid || g.CodebookSize != t.CodebookSize)
            throw new ArgumentException($"The generator writes {g.TokenGrid} x {g.TokenGrid} tokens of {g.CodebookSize} codes but the tokenizer reads {t.SlotGrid} x {t.SlotGrid} of {t.CodebookSize}; use the tokenizer that it was trained with ({generator.TokenizerHash}).");
        if (generator.TokenizerHash != tokenizer.Hash)
            throw new ArgumentException($"The generator writes tokens of tokenizer {generator.TokenizerHash} but was given tokenizer {tokenizer.Hash}; use the one that it was trained with.");
    }
}
