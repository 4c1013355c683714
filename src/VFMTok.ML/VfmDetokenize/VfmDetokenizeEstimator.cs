using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using VFMTok.ML.Interop;
using VFMTok.ML.Models;
using VFMTok.Tokenizer;

namespace VFMTok.ML;

/// <summary>Turns tokens back into images (paper section 3.3). Made by <c>mlContext.Transforms.VfmDetokenize</c>.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Estimator Characteristics</term><description></description></listheader>
/// <item><term>Does this estimator need to look at the data to train its parameters?</term><description>No; it reads the tokens column's annotation</description></item>
/// <item><term>Input column data type</term><description>Vector of Key&lt;UInt32&gt; (token + 1) or UInt32 (token)</description></item>
/// <item><term>Output column data type</term><description>Image of ImageSize x ImageSize pixels</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>VFMTok.ML and a libtorch package</description></item>
/// <item><term>Exportable to ONNX</term><description>No</description></item>
/// </list>
/// Without a model the tokenizer that made the column is used, as long as it lives in this process. Missing tokens give a null image. The reader owns every image.
/// </remarks>
public sealed class VfmDetokenizeEstimator : IEstimator<VfmDetokenizeTransformer>
{
    private readonly string _output, _input;
    private readonly VfmTokenizerModel? _model;
    private readonly VfmBatchOptions _options;

    internal VfmDetokenizeEstimator(string output, string input, VfmTokenizerModel? model, VfmBatchOptions options)
    {
        options.Validate();
        (_output, _input, _model, _options) = (Columns.RequireName(output, "outputColumnName"), Columns.RequireName(input, "tokensColumnName"), model, options);
    }

    /// <summary>Binds the given tokenizer, or the one that made the column.</summary>
    /// <param name="input">Data with the tokens column; not read.</param>
    /// <exception cref="ArgumentException">The column is missing, has the wrong type, does not name its tokenizer, or was made by another one.</exception>
    /// <exception cref="InvalidOperationException">The tokenizer of the column is not loaded in this process.</exception>
    public VfmDetokenizeTransformer Fit(IDataView input)
    {
        var column = Columns.Find(input.Schema, _input, TokensColumn.Allowed, TokensColumn.Fits);
        var transformer = new VfmDetokenizeTransformer(_output, _input, _model ?? TokenizerRegistry.Find(TokensColumn.RequireHash(column), _input), _options);
        try
        {
            transformer.GetOutputSchema(input.Schema);
            return transformer;
        }
        catch
        {
            transformer.Dispose();
            throw;
        }
    }

    /// <summary>Columns after this step.</summary>
    /// <param name="inputSchema">Columns before it.</param>
    /// <exception cref="ArgumentException">The column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Columns.Find(inputSchema, _input, TokensColumn.Allowed, TokensColumn.Fits);
        return Columns.With(inputSchema, MlNet.Shape(_output, new ImageDataViewType(), vector: false));
    }
}
