using VFMTok.Foundation;
using VFMTok.Generation;
using VFMTok.ML;
using VFMTok.ML.Interop;
using VFMTok.Tokenizer;

namespace Microsoft.ML;

/// <summary>The VFMTok components on <see cref="TransformsCatalog"/>.</summary>
/// <remarks>Networks run where <c>MLContext.GpuDeviceId</c> and <c>FallbackToCpu</c> say when the step trains them or a zip is loaded, and where they were loaded when they are passed in.</remarks>
public static class VfmTransformsCatalog
{
    /// <summary>Image to tokens; <c>Fit</c> trains a tokenizer.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">Tokens column to make.</param>
    /// <param name="inputColumnName">Image column, or Text column of file paths; default the output's name.</param>
    /// <param name="options">Default: the Tiny tokenizer.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static VfmTokenizeEstimator VfmTokenize(this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, VfmTokenizeOptions? options = null) =>
        new(MlNet.Environment(catalog), outputColumnName, inputColumnName, null, options ?? new());

    /// <summary>Image to tokens with a trained tokenizer.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">Tokens column to make.</param>
    /// <param name="inputColumnName">Image column, or Text column of file paths; null = the output's name.</param>
    /// <param name="tokenizer">Stays the caller's; transformers hold references of their own.</param>
    /// <param name="tokenType">Type of the tokens.</param>
    /// <param name="batchSize">Images per run of the network, 1 to 65536.</param>
    /// <exception cref="ArgumentException">The batch size is out of range.</exception>
    public static VfmTokenizeEstimator VfmTokenize(this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, VfmTokenizerModel tokenizer,
        VfmTokenType tokenType = VfmTokenType.Key, int batchSize = 16)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return new(MlNet.Environment(catalog), outputColumnName, inputColumnName, tokenizer, new VfmTokenizeOptions { TokenType = tokenType, BatchSize = batchSize });
    }

    /// <summary>Image to tokens with a trained tokenizer.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">Tokens column to make.</param>
    /// <param name="inputColumnName">Image column, or Text column of file paths; null = the output's name.</param>
    /// <param name="tokenizer">Stays the caller's; transformers hold references of their own.</param>
    /// <param name="options">Type of the tokens, batches and precision; what concerns training has no effect.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static VfmTokenizeEstimator VfmTokenize(this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, VfmTokenizerModel tokenizer, VfmTokenizeOptions options)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(options);
        return new(MlNet.Environment(catalog), outputColumnName, inputColumnName, tokenizer, options);
    }

    /// <summary>Tokens to image.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">Image column to make.</param>
    /// <param name="tokensColumnName">Tokens column.</param>
    /// <param name="tokenizer">Default: the one that made the tokens, if it lives in this process.</param>
    /// <param name="options">Default: batches of 16.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static VfmDetokenizeEstimator VfmDetokenize(this TransformsCatalog catalog, string outputColumnName, string tokensColumnName, VfmTokenizerModel? tokenizer = null, VfmBatchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(outputColumnName, tokensColumnName, tokenizer, options ?? new());
    }

    /// <summary>Class to tokens; <c>Fit</c> trains a generator on labels and tokens.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">Tokens column to make.</param>
    /// <param name="labelColumnName">Key column of classes.</param>
    /// <param name="tokensColumnName">Tokens to learn from.</param>
    /// <param name="options">Default: the Tiny generator.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static VfmGenerateTokensEstimator VfmGenerateTokens(this TransformsCatalog catalog, string outputColumnName, string labelColumnName, string tokensColumnName, VfmGenerateOptions? options = null) =>
        new(MlNet.Environment(catalog), outputColumnName, labelColumnName, tokensColumnName, null, options ?? new());

    /// <summary>Class to tokens with a trained generator.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">Tokens column to make.</param>
    /// <param name="labelColumnName">Key column, with class names or as many values as the generator has classes, or Text column of class names.</param>
    /// <param name="generator">Stays the caller's; transformers hold references of their own.</param>
    /// <param name="options">Default: temperature 1, no guidance, seed 1.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static VfmGenerateTokensEstimator VfmGenerateTokens(this TransformsCatalog catalog, string outputColumnName, string labelColumnName, VfmGeneratorModel generator, VfmGenerateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return new(MlNet.Environment(catalog), outputColumnName, labelColumnName, null, generator, options ?? new());
    }

    /// <summary>Class to a new image; <c>Fit</c> trains a generator on labels and tokens and uses the tokenizer that made the tokens.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">Image column to make.</param>
    /// <param name="labelColumnName">Key column of classes.</param>
    /// <param name="tokensColumnName">Tokens to learn from.</param>
    /// <param name="options">Default: the Tiny generator.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static VfmClassToImageEstimator VfmClassToImage(this TransformsCatalog catalog, string outputColumnName, string labelColumnName, string tokensColumnName, VfmGenerateOptions? options = null) =>
        new(MlNet.Environment(catalog), outputColumnName, labelColumnName, tokensColumnName, null, null, options ?? new());

    /// <summary>Class to a new image with trained models.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">Image column to make.</param>
    /// <param name="labelColumnName">Key column, with class names or as many values as the generator has classes, or Text column of class names.</param>
    /// <param name="generator">Stays the caller's; transformers hold references of their own.</param>
    /// <param name="tokenizer">The tokenizer that the generator was trained with; stays the caller's.</param>
    /// <param name="options">Default: temperature 1, no guidance, seed 1.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static VfmClassToImageEstimator VfmClassToImage(this TransformsCatalog catalog, string outputColumnName, string labelColumnName, VfmGeneratorModel generator, VfmTokenizerModel tokenizer,
        VfmGenerateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(tokenizer);
        return new(MlNet.Environment(catalog), outputColumnName, labelColumnName, null, generator, tokenizer, options ?? new());
    }

    /// <summary>Image to the features of a frozen foundation model.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">Vector column to make.</param>
    /// <param name="inputColumnName">Image column, or Text column of file paths; null = the output's name.</param>
    /// <param name="foundation">Stays the caller's; transformers hold references of their own.</param>
    /// <param name="options">Default: batches of 16.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static VfmFeaturizeEstimator VfmFeaturize(this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, VfmFoundationModel foundation, VfmBatchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(outputColumnName, inputColumnName, foundation, options ?? new());
    }
}
