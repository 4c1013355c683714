using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.ML.Models;
using VFMTok.Tokenizer;
using VFMTok.Training;

namespace VFMTok.ML;

/// <summary>What <c>Fit</c> of a generator learns from: a code cache that is there, one that it makes of the images behind the tokens column, or the tokens column itself.</summary>
internal sealed class GeneratorCodes : IDisposable
{
    private readonly ModelReference<VfmTokenizerModel>? _tokenizer;

    private GeneratorCodes(ITokenizedImages images, ModelReference<VfmTokenizerModel>? tokenizer) => (Images, _tokenizer) = (images, tokenizer);

    public ITokenizedImages Images { get; }

    /// <summary>Of the tokens; null if it does not live in this process.</summary>
    public VfmTokenizerModel? Tokenizer => _tokenizer?.Model;

    /// <summary>Finds the codes or makes them.</summary>
    /// <param name="data">Rows.</param>
    /// <param name="label">Key column of classes.</param>
    /// <param name="tokens">Tokens column.</param>
    /// <param name="options">Where from, and which variants.</param>
    /// <param name="log">Gets a line about what was done.</param>
    /// <param name="warn">Gets a sentence for every broken image and damaged file.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type, there is nothing to learn from, or the cache belongs to another tokenizer or other classes.</exception>
    /// <exception cref="InvalidDataException">The cache is damaged or not complete.</exception>
    public static GeneratorCodes Of(IDataView data, string label, string tokens, VfmGenerateOptions options, Action<string> log, Action<string> warn)
    {
        var labelColumn = Columns.Find(data.Schema, label, LabelColumn.AllowedInTraining, t => t is KeyDataViewType);
        var tokensColumn = Columns.Find(data.Schema, tokens, TokensColumn.Allowed, TokensColumn.Fits);
        var hash = TokensColumn.RequireHash(tokensColumn);
        if (((VectorDataViewType)tokensColumn.Type).ItemType is KeyDataViewType codes) options.Sampling.RequireCodebook((int)codes.Count); // before anything is tokenized
        var tokenizer = TokenizerRegistry.TryFind(hash) is { } model ? new ModelReference<VfmTokenizerModel>(model) : null;
        try
        {
            return new GeneratorCodes(Read(), tokenizer);
        }
        catch
        {
            tokenizer?.Dispose();
            throw;
        }

        ITokenizedImages Read()
        {
            if (options.Codes is { } folder) return Open(folder, hash, LabelColumn.Names(labelColumn), label, log);
            var images = TokensColumn.Images(data.Schema, tokensColumn);
            if (options is { Augmentation: CodeAugmentation.None, Ranks: 1 } || images is null || tokenizer is null)
                return options.Ranks == 1 ? ReadColumn(data, label, tokens, log)
                    : throw new ArgumentException($"Ranks is {options.Ranks} but tokens column '{tokens}' holds the nearest codes alone and {(images is null ? "its images are not there" : "its tokenizer is not loaded")}; set Ranks to 1 or give the images and the tokenizer.");
            return Encode(tokenizer.Model, LabelledColumn.Read(data, labelColumn, images.Value, CodeVariants.Largest(options.Augmentation, tokenizer.Model.Config.ImageSize)), options, log, warn);
        }
    }

    public void Dispose()
    {
        (Images as IDisposable)?.Dispose();
        _tokenizer?.Dispose();
    }

    private static CodeCache Open(string folder, string hash, string[] classes, string label, Action<string> log)
    {
        var cache = CodeCache.Open(folder, hash);
        if (!cache.ClassNames.SequenceEqual(classes))
        {
            cache.Dispose();
            throw new ArgumentException($"The code cache '{folder}' has the classes {Few(cache.ClassNames)} but label column '{label}' has {Few(classes)}; encode the images with these classes, in this order.");
        }
        log($"{cache.Count} images in {cache.Variants} variants found in the cache '{folder}'");
        return cache;
    }

    private static TokenizedImages ReadColumn(IDataView data, string label, string tokens, Action<string> log)
    {
        var images = GeneratorFit.Read(data, label, tokens);
        log($"{images.Count} images read from tokens column '{tokens}'");
        return images;
    }

    private static ITokenizedImages Encode(VfmTokenizerModel tokenizer, LabelledImages images, VfmGenerateOptions options, Action<string> log, Action<string> warn)
    {
        var encoding = new CodeEncodingOptions { Augmentation = options.Augmentation, Ranks = options.Ranks, BatchSize = options.BatchSize };
        var folder = options.CodesFolder ?? (options.Training.Folder is { } run ? Path.Combine(run, "codes") : null);
        if (folder is null)
        {
            var (codes, done) = CodeEncoder.Encode(tokenizer, images, encoding, options.Progress, warn, options.Cancellation);
            log(done.ToString());
            return codes;
        }
        log(CodeEncoder.Encode(tokenizer, images, folder, encoding, options.Progress, warn, options.Cancellation).ToString());
        return CodeCache.Open(folder, tokenizer.Hash, verify: false); // it was written or checked just now
    }

    private static string Few(IReadOnlyList<string> names) => $"{string.Join(", ", names.Take(5))}{(names.Count > 5 ? $" and {names.Count - 5} more" : "")}";
}
