using System.Diagnostics;
using VFMTok.Imaging;
using VFMTok.Tokenizer;

namespace VFMTok.Training;

/// <summary>Tokenizes sets of labelled images once and for all, into a folder (<see cref="CodeCache"/>) or into memory (<see cref="TokenizedImages"/>).</summary>
public static class CodeEncoder
{
    internal const string Phase = "codes";

    /// <summary>Tokenizes a set of images into a folder. Shards that are there and sound are kept: after an interruption the same call goes on.</summary>
    /// <param name="tokenizer">Makes the codes.</param>
    /// <param name="images">What from. Broken images are named, counted and left out; a file that has gone or cannot be read ends the work.</param>
    /// <param name="folder">Made if it is missing.</param>
    /// <param name="options">Default: original and mirror image.</param>
    /// <param name="progress">Sees every batch, as the phase <c>codes</c> whose steps are images.</param>
    /// <param name="warn">Gets a sentence for every broken image and every damaged shard.</param>
    /// <param name="cancellation">Checked before every batch.</param>
    /// <exception cref="ArgumentException">An option is out of range, no image can be decoded, or the folder holds codes of another tokenizer, of other images, or made otherwise.</exception>
    /// <exception cref="IOException">The folder cannot be written, another process writes there, or an image has gone.</exception>
    /// <exception cref="EncodingCanceledException">Cancellation was asked for.</exception>
    public static CodeEncodingSummary Encode(VfmTokenizerModel tokenizer, LabelledImages images, string folder, CodeEncodingOptions? options = null, IProgress<TrainingProgress>? progress = null,
        Action<string>? warn = null, CancellationToken cancellation = default)
    {
        options ??= new();
        options.Validate();
        warn ??= _ => { };
        var (watch, key) = (Stopwatch.StartNew(), CodeKey.Of(tokenizer, images, options));
        using var codes = new CodeFolder(folder, new CodeManifest(CodeManifest.CurrentFormat, key, images.ClassNames), options.Part, options.Parts, warn);
        var (missing, found, encoded, broken) = (new List<int>(), 0, 0, 0);
        for (var shard = options.Part - 1; shard < key.Shards; shard += options.Parts)
        {
            if (cancellation.IsCancellationRequested) throw new EncodingCanceledException($"Cancelled before anything was tokenized; what is in '{folder}' is kept.", folder, cancellation);
            if (codes.Find(shard) is not { } header) missing.Add(shard);
            else (found, broken) = (found + header.Count, broken + header.Broken.Count);
        }
        var total = missing.Sum(key.Listed);
        var run = new CodeEncoding(tokenizer, images, key, options.BatchSize, warn, cancellation, new EncodingProgress(progress, total).Report);
        try
        {
            foreach (var shard in run.Shards(missing))
            {
                codes.Write(shard);
                (encoded, broken) = (encoded + shard.Header.Count, broken + shard.Header.Broken.Count);
            }
        }
        catch (OperationCanceledException)
        {
            throw new EncodingCanceledException($"Cancelled at {encoded + found} images; their codes are in '{folder}', and the same work goes on from there.", folder, cancellation);
        }
        return Finish(new CodeEncodingSummary(encoded, found, broken, key.Variants, watch.Elapsed), images, options.Parts == 1, run.FirstFault, warn);
    }

    /// <summary>Tokenizes a set of images into memory.</summary>
    /// <param name="tokenizer">Makes the codes.</param>
    /// <param name="images">What from. Broken images are named, counted and left out; a file that has gone or cannot be read ends the work.</param>
    /// <param name="options">Default: original and mirror image. Parts are for folders and ignored here.</param>
    /// <param name="progress">Sees every batch, as the phase <c>codes</c> whose steps are images.</param>
    /// <param name="warn">Gets a sentence for every broken image.</param>
    /// <param name="cancellation">Checked before every batch.</param>
    /// <returns>The tokens, the same as in a folder, and what was done.</returns>
    /// <exception cref="ArgumentException">An option is out of range, or no image can be decoded.</exception>
    /// <exception cref="IOException">An image has gone.</exception>
    /// <exception cref="EncodingCanceledException">Cancellation was asked for.</exception>
    public static (TokenizedImages Images, CodeEncodingSummary Summary) Encode(VfmTokenizerModel tokenizer, LabelledImages images, CodeEncodingOptions? options = null, IProgress<TrainingProgress>? progress = null,
        Action<string>? warn = null, CancellationToken cancellation = default)
    {
        options ??= new();
        options.Validate();
        warn ??= _ => { };
        var (watch, key) = (Stopwatch.StartNew(), CodeKey.Of(tokenizer, images, options));
        if ((long)key.Tokens * key.Images > Array.MaxLength)
            throw new ArgumentException($"The tokens of {key.Images} images, each in {key.Variants} variants of {key.Ranks} ranks, do not fit into memory; encode them into a folder.", nameof(options));
        var (tokens, labels, broken) = (new List<int>(key.Tokens * key.Images), new List<int>(key.Images), 0);
        var run = new CodeEncoding(tokenizer, images, key, options.BatchSize, warn, cancellation, new EncodingProgress(progress, key.Images).Report);
        try
        {
            foreach (var shard in run.Shards(Enumerable.Range(0, key.Shards).ToArray()))
            {
                tokens.AddRange(shard.Tokens);
                labels.AddRange(shard.Labels);
                broken += shard.Header.Broken.Count;
            }
        }
        catch (OperationCanceledException)
        {
            throw new EncodingCanceledException($"Cancelled while {key.Images} images were tokenized; nothing was kept.", null, cancellation);
        }
        var summary = Finish(new CodeEncodingSummary(labels.Count, 0, broken, key.Variants, watch.Elapsed), images, true, run.FirstFault, warn);
        return (new TokenizedImages([.. tokens], [.. labels], key.TokenGrid, key.CodebookSize, images.ClassNames, key.Tokenizer, key.Variants, key.Ranks), summary);
    }

    private static CodeEncodingSummary Finish(CodeEncodingSummary summary, LabelledImages images, bool whole, string? firstFault, Action<string> warn)
    {
        if (whole && summary.Encoded + summary.Found == 0) throw new ArgumentException(BrokenImages.All(images.Count, firstFault ?? "they were found broken before."), nameof(images));
        if (summary.Broken > 0) warn(BrokenImages.LeftOut(summary.Broken, summary.Broken + summary.Encoded + summary.Found));
        return summary;
    }
}
