using Microsoft.ML;
using Microsoft.ML.Runtime;
using VFMTok.Generation;
using VFMTok.ML.Interop;
using VFMTok.ML.Models;

namespace VFMTok.ML;

/// <summary>Writes the tokens of a new image of a class (paper section 4). Made by <c>mlContext.Transforms.VfmGenerateTokens</c>.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Estimator Characteristics</term><description></description></listheader>
/// <item><term>Does this estimator need to look at the data to train its parameters?</term><description>With options yes (it trains a generator on labels and tokens), with a model no</description></item>
/// <item><term>Input column data type</term><description>Label: Key of any type in training; Key or Text with class names afterwards. Tokens (training only): Vector of Key&lt;UInt32&gt; or UInt32</description></item>
/// <item><term>Output column data type</term><description>Vector of Key&lt;UInt32&gt;, TokenGrid x TokenGrid, annotated with the tokenizer's hash</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>VFMTok.ML and a libtorch package</description></item>
/// <item><term>Exportable to ONNX</term><description>No</description></item>
/// </list>
/// Missing and unknown labels: see <see cref="VfmGenerateOptions.UnknownLabels"/>; in training, rows without label or tokens are left out. See <see cref="VfmGenerateOptions.Seed"/> for what a picture depends on.
/// In training, the images behind the tokens column are tokenized once, with their mirror images: see <see cref="VfmGenerateOptions.Augmentation"/>.
/// </remarks>
public sealed class VfmGenerateTokensEstimator : IEstimator<VfmGenerateTokensTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly string _output, _label;
    private readonly string? _tokens;
    private readonly VfmGeneratorModel? _model;
    private readonly VfmGenerateOptions _options;

    internal VfmGenerateTokensEstimator(IHostEnvironment env, string output, string label, string? tokens, VfmGeneratorModel? model, VfmGenerateOptions options)
    {
        options.Validate();
        (_env, _output, _label, _model, _options) = (env, Columns.RequireName(output, "outputColumnName"), Columns.RequireName(label, "labelColumnName"), model, options);
        _tokens = model is null ? Columns.RequireName(tokens, "tokensColumnName") : null;
    }

    /// <summary>Trains a generator, or binds the given one. Every call makes a transformer with its own reference to the network.</summary>
    /// <param name="input">Labels and tokens.</param>
    /// <exception cref="ArgumentException">A column is missing, has the wrong type or holds nothing to learn from.</exception>
    /// <exception cref="IOException">A folder cannot be written, or an image has gone.</exception>
    /// <exception cref="InvalidDataException">The code cache that was given is damaged or not complete.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public VfmGenerateTokensTransformer Fit(IDataView input)
    {
        if (_model is not null)
        {
            LabelColumn.Find(input.Schema, _label, _model);
            return new VfmGenerateTokensTransformer(_output, _label, _model, _options);
        }
        using var model = GeneratorFit.Train(_env, input, _label, _tokens!, _options);
        return new VfmGenerateTokensTransformer(_output, _label, model, _options);
    }

    /// <summary>Columns after this step.</summary>
    /// <param name="inputSchema">Columns before it.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        if (_model is null) GeneratorFit.CheckTraining(inputSchema, _label, _tokens!);
        else Columns.Find(inputSchema, _label, LabelColumn.Allowed, LabelColumn.Fits);
        return Columns.With(inputSchema, MlNet.TokensShape(_output, keys: true));
    }
}
