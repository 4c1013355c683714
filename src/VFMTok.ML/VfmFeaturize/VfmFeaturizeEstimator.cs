using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Foundation;
using VFMTok.ML.Interop;
using VFMTok.ML.Models;

namespace VFMTok.ML;

/// <summary>Turns images into the features of a frozen vision foundation model. Made by <c>mlContext.Transforms.VfmFeaturize</c>.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Estimator Characteristics</term><description></description></listheader>
/// <item><term>Does this estimator need to look at the data to train its parameters?</term><description>No</description></item>
/// <item><term>Input column data type</term><description>Image of any size, or Text with the path of an image file</description></item>
/// <item><term>Output column data type</term><description>Known-sized vector of Single: the class token, then the mean of the patch tokens</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>VFMTok.ML and a libtorch package</description></item>
/// <item><term>Exportable to ONNX</term><description>No</description></item>
/// </list>
/// A missing image gives NaN features, ML.NET's missing value.
/// </remarks>
public sealed class VfmFeaturizeEstimator : IEstimator<VfmFeaturizeTransformer>
{
    private readonly string _output, _input;
    private readonly VfmFoundationModel _model;
    private readonly VfmBatchOptions _options;

    internal VfmFeaturizeEstimator(string output, string? input, VfmFoundationModel model, VfmBatchOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        options.Validate();
        (_output, _input, _model, _options) = (Columns.RequireName(output, "outputColumnName"), Columns.RequireName(input ?? output, "inputColumnName"), model, options);
    }

    /// <summary>Binds the model.</summary>
    /// <param name="input">Data with the image column; not read.</param>
    /// <exception cref="ArgumentException">The column is missing or has the wrong type.</exception>
    public VfmFeaturizeTransformer Fit(IDataView input)
    {
        ImageColumn.Find(input.Schema, _input);
        return new VfmFeaturizeTransformer(_output, _input, _model, _options);
    }

    /// <summary>Columns after this step.</summary>
    /// <param name="inputSchema">Columns before it.</param>
    /// <exception cref="ArgumentException">The column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Columns.Find(inputSchema, _input, ImageColumn.Allowed, ImageColumn.Fits);
        return Columns.With(inputSchema, MlNet.Shape(_output, NumberDataViewType.Single, vector: true));
    }
}
