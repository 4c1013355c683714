using Microsoft.ML;
using VFMTok.Foundation;
using VFMTok.Generation;
using VFMTok.Tokenizer;

namespace VFMTok.ML;

/// <summary>A model zip, opened: ML.NET's chain and the networks inside.</summary>
/// <remarks><c>mlContext.Model.Load</c> does as well; this one turns every kind of bad file into one sentence.</remarks>
public sealed class VfmModelZip : IDisposable
{
    private VfmModelZip(ITransformer chain, DataViewSchema? schema) => (Chain, InputSchema) = (chain, schema);

    /// <summary>What <c>mlContext.Model.Save</c> was given.</summary>
    public ITransformer Chain { get; }

    /// <summary>Columns that the chain was saved with; ML.NET leaves image columns out.</summary>
    public DataViewSchema? InputSchema { get; }

    /// <summary>Steps of the chain, in order.</summary>
    public IReadOnlyList<ITransformer> Steps => Chain is IEnumerable<ITransformer> steps ? [.. steps] : [Chain];

    /// <summary>The tokenizer of the first step that has one, or null. It belongs to the chain.</summary>
    public VfmTokenizerModel? Tokenizer => Steps.Select(s => s switch
    {
        VfmTokenizeTransformer t => t.Tokenizer,
        VfmDetokenizeTransformer d => d.Tokenizer,
        VfmClassToImageTransformer c => c.Tokenizer,
        _ => null,
    }).FirstOrDefault(t => t is not null);

    /// <summary>The generator of the first step that has one, or null. It belongs to the chain.</summary>
    public VfmGeneratorModel? Generator => Steps.Select(s => s switch
    {
        VfmClassToImageTransformer c => c.Generator,
        VfmGenerateTokensTransformer g => g.Generator,
        _ => null,
    }).FirstOrDefault(g => g is not null);

    /// <summary>The foundation model of the first step that has one of its own, or null. It belongs to the chain.</summary>
    public VfmFoundationModel? Foundation => Steps.OfType<VfmFeaturizeTransformer>().Select(f => f.Foundation).FirstOrDefault();

    /// <summary>Saves trained networks as a chain: <c>Path</c> to <c>Tokens</c> and <c>Reconstruction</c>, and with a generator <c>Label</c> to <c>Sample</c>.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="path">The zip; replaced only when everything has been written.</param>
    /// <param name="tokenizer">Stays the caller's.</param>
    /// <param name="generator">Of this tokenizer; stays the caller's.</param>
    /// <exception cref="ArgumentException">The generator writes another tokenizer's tokens.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(MLContext ml, string path, VfmTokenizerModel tokenizer, VfmGeneratorModel? generator = null)
    {
        var rows = ml.Data.LoadFromEnumerable((generator?.ClassNames ?? [""]).Select(name => new ImageRow { Label = name }).ToArray());
        var chain = Pipeline(ml, tokenizer, generator).Fit(rows);
        using ((IDisposable)chain) Runtime.AtomicFile.Write(path, stream => ml.Model.Save(chain, rows.Schema, stream));
    }

    /// <summary>Opens a zip.</summary>
    /// <param name="ml">Its device settings are honoured.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no ML.NET model, or damaged; the message says so in one sentence.</exception>
    public static VfmModelZip Load(MLContext ml, string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no model file '{path}'; check the path.", path);
        try
        {
            using (var zip = System.IO.Compression.ZipFile.OpenRead(path))
            {
                ModelZipCheck.Require(zip, new FileInfo(path).Length);
                if (!zip.Entries.Any(e => e.FullName.Replace('\\', '/').Contains("TransformerChain", StringComparison.Ordinal)))
                    throw new NoModelException();
            }
            return new VfmModelZip(ml.Model.Load(path, out var schema), schema);
        }
        catch (NoModelException e)
        {
            throw new InvalidDataException($"'{path}' is a zip but no ML.NET model; give a file that mlContext.Model.Save or 'vfmtok train' wrote.", e);
        }
        catch (Exception e) when (e is not OperationCanceledException) // also OutOfMemoryException: ML.NET reserves what a file claims
        {
            var cause = e;
            while (cause is System.Reflection.TargetInvocationException { InnerException: { } inner }) cause = inner;
            throw new InvalidDataException($"'{path}' is no sound model zip ({FirstLine(cause.Message)}); copy or train it again.", e);
        }
    }

    /// <summary>Frees the chain and, if nobody else holds them, its networks.</summary>
    public void Dispose() => (Chain as IDisposable)?.Dispose();

    private static IEstimator<ITransformer> Pipeline(MLContext ml, VfmTokenizerModel tokenizer, VfmGeneratorModel? generator)
    {
        var (tokens, images) = (ml.Transforms.VfmTokenize("Tokens", "Path", tokenizer), ml.Transforms.VfmDetokenize("Reconstruction", "Tokens", tokenizer));
        return generator is null ? tokens.Append(images)
            : ml.Transforms.Conversion.MapValueToKey("Label").Append(tokens).Append(images).Append(ml.Transforms.VfmClassToImage("Sample", "Label", generator, tokenizer));
    }

    private sealed class ImageRow
    {
        public string Path { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private static string FirstLine(string text) => Pickle.PickleRules.Short(text.Split('\n')[0].Trim().TrimEnd('.'), most: 400);

    private sealed class NoModelException : Exception;
}
