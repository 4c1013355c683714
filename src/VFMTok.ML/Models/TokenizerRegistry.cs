using VFMTok.Tokenizer;

namespace VFMTok.ML.Models;

/// <summary>The tokenizers that live in this process, by content hash: how a tokens column finds the one that made it. Keeps none of them alive; of equal ones each is as good, and one that goes leaves the others.</summary>
internal static class TokenizerRegistry
{
    private static readonly Dictionary<string, List<WeakReference<VfmTokenizerModel>>> Models = [];

    public static void Add(VfmTokenizerModel model)
    {
        lock (Models)
        {
            foreach (var gone in Models.Where(entry => entry.Value.TrueForAll(e => Live(e) is null)).Select(entry => entry.Key).ToArray()) Models.Remove(gone);
            if (!Models.TryGetValue(model.Hash, out var equal)) Models[model.Hash] = equal = [];
            equal.RemoveAll(entry => Live(entry) is null);
            if (!equal.Exists(entry => Live(entry) == model)) equal.Add(new WeakReference<VfmTokenizerModel>(model));
        }
    }

    /// <summary>The live tokenizer with this hash; the caller takes a reference at once.</summary>
    /// <param name="hash">Content hash.</param>
    /// <param name="column">The tokens column, for the error.</param>
    public static VfmTokenizerModel Find(string hash, string column) =>
        TryFind(hash) ?? throw new InvalidOperationException($"The tokens in column '{column}' were made by tokenizer {hash}, which is not loaded in this process; load it and pass it to this step.");

    /// <summary>The live tokenizer with this hash, or null; the caller takes a reference at once.</summary>
    public static VfmTokenizerModel? TryFind(string hash)
    {
        lock (Models) return Models.TryGetValue(hash, out var equal) ? equal.Select(Live).FirstOrDefault(model => model is not null) : null;
    }

    private static VfmTokenizerModel? Live(WeakReference<VfmTokenizerModel> entry) => entry.TryGetTarget(out var model) && !model.IsDisposed ? model : null;
}
