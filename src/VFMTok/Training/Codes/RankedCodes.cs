using VFMTok.Tokenizer;

namespace VFMTok.Training;

/// <summary>The nearest codes of each slot: the only place where the code cache calls a tokenizer.</summary>
internal static class RankedCodes
{
    /// <summary>Tokenizes square images.</summary>
    /// <param name="tokenizer">Whose codes.</param>
    /// <param name="rgb">count images of ImageSize x ImageSize RGB bytes.</param>
    /// <param name="count">Images.</param>
    /// <param name="ranks">Codes of each slot.</param>
    /// <param name="tokens">Of each image the nearest codes of all slots, then the second nearest, and so on: count * ranks * SlotCount tokens to fill.</param>
    public static void Encode(VfmTokenizerModel tokenizer, ReadOnlySpan<byte> rgb, int count, int ranks, Span<int> tokens)
    {
        if (ranks > 1) throw new NotSupportedException($"Ranks is {ranks}; this version tokenizes with the nearest code alone: set Ranks to 1.");
        tokenizer.Encode(rgb, count, tokens);
    }
}
