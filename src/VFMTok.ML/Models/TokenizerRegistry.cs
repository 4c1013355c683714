using System.Collections.Concurrent;
using VFMTok.Tokenizer;

namespace VFMTok.ML.Models;

/// <summary>The tokenizers that live in this process, by content hash: how a tokens column finds the one that made it. Keeps none of them alive.</summary>
internal static class TokenizerRegistry
{
    private static readonly ConcurrentDictionary<string, WeakReference<VfmTokenizerModel>> Models = new();

    public static void Add(VfmTokenizerModel model)
    {
        var entry = new WeakReference<VfmTokenizerModel>(model);
        Models.AddOrUpdate(model.Hash, entry, (_, old) => old.TryGetTarget(out var known) && !known.IsDisposed ? old : entry);
    }

    /// <summary>The live tokenizer with this hash; the caller takes a reference at once.</summary>
    /// <param name="hash">Content hash.</param>
    /// <param name="column">The tokens column, for the error.</param>
    public static VfmTokenizerModel Find(string hash, string column) =>
        TryFind(hash) ?? throw new InvalidOperationException($"The tokens in column '{column}' were made by tokenizer {hash}, which is not loaded in this process; load it and pass it to this step.");

    /// <summary>The live tokenizer with this hash, or null; the caller takes a reference at once.</summary>
    public static VfmTokenizerModel? TryFind(string hash) => Models.TryGetValue(hash, out var entry) && entry.TryGetTarget(out var model) && !model.IsDisposed ? model : null;
}
