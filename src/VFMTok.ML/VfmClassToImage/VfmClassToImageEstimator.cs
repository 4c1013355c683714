using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Runtime;
using VFMTok.Generation;
using VFMTok.ML.Interop;
using VFMTok.ML.Models;
using VFMTok.Tokenizer;

namespace VFMTok.ML;

/// <summary>Draws a new image of a class (paper section 4): tokens from a generator, pixels from the tokenizer. Made by <c>mlContext.Transforms.VfmClassToImage</c>.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Estimator Characteristics</term><description></description></listheader>
/// <item><term>Does this estimator need to look at the data to train its parameters?</term><description>With options yes (it trains a generator on labels and tokens), with models no</description></item>
/// <item><term>Input column data type</term><description>Label: Key of any type in training; Key or Text with class names afterwards. Tokens (training only): Vector of Key&lt;UInt32&gt; or UInt32</description></item>
/// <item><term>Output column data type</term><description>Image of ImageSize x ImageSize pixels</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>VFMTok.ML and a libtorch package</description></item>
/// <item><term>Exportable to ONNX</term><description>No</description></item>
/// </list>
/// Missing and unknown labels: see <see cref="VfmGenerateOptions.UnknownLabels"/>; in training, rows without label or tokens are left out. The reader owns every image. See <see cref="VfmGenerateOptions.Seed"/> for what a picture depends on.
/// In training, the images behind the tokens column are tokenized once, with their mirror images: see <see cref="VfmGenerateOptions.Augmentation"/>.
/// </remarks>
public sealed class VfmClassToImageEstimator : IEstimator<VfmClassToImageTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly string _output, _label;
    private readonly string? _tokens;
    private readonly VfmGeneratorModel? _generator;
    private readonly VfmTokenizerModel? _tokenizer;
    private readonly VfmGenerateOptions _options;

    internal VfmClassToImageEstimator(IHostEnvironment env, string output, string label, string? tokens, VfmGeneratorModel? generator, VfmTokenizerModel? tokenizer, VfmGenerateOptions options)
    {
        options.Validate();
        (_env, _output, _label, _options) = (env, Columns.RequireName(output, "outputColumnName"), Columns.RequireName(label, "labelColumnName"), options);
        (_generator, _tokenizer) = (generator, tokenizer);
        _tokens = generator is null ? Columns.RequireName(tokens, "tokensColumnName") : null;
    }

    /// <summary>Trains a generator and finds the tokenizer of the tokens column, or binds the given models.</summary>
    /// <param name="input">Labels and tokens.</param>
    /// <exception cref="ArgumentException">A column is missing, has the wrong type or holds nothing to learn from; or the models do not belong together.</exception>
    /// <exception cref="InvalidOperationException">The tokenizer of the column is not loaded in this process.</exception>
    /// <exception cref="IOException">A folder cannot be written, or an image has gone.</exception>
    /// <exception cref="InvalidDataException">The code cache that was given is damaged or not complete.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public VfmClassToImageTransformer Fit(IDataView input)
    {
        if (_generator is not null)
        {
            LabelColumn.Find(input.Schema, _label, _generator);
            return new VfmClassToImageTransformer(_output, _label, _generator, _tokenizer!, _options);
        }
        var column = Columns.Find(input.Schema, _tokens!, TokensColumn.Allowed, TokensColumn.Fits);
        using var tokenizer = new ModelReference<VfmTokenizerModel>(TokenizerRegistry.Find(TokensColumn.RequireHash(column), column.Name)); // must outlive the training
        using var generator = GeneratorFit.Train(_env, input, _label, _tokens!, _options);
        return new VfmClassToImageTransformer(_output, _label, generator, tokenizer.Model, _options);
    }

    /// <summary>Columns after this step.</summary>
    /// <param name="inputSchema">Columns before it.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        if (_generator is null) GeneratorFit.CheckTraining(inputSchema, _label, _tokens!);
        else Columns.Find(inputSchema, _label, LabelColumn.Allowed, LabelColumn.Fits);
        return Columns.With(inputSchema, MlNet.Shape(_output, new ImageDataViewType(), vector: false));
    }
}
