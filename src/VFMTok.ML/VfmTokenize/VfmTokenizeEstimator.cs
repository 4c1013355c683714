using Microsoft.ML;
using Microsoft.ML.Runtime;
using VFMTok.ML.Interop;
using VFMTok.ML.Models;
using VFMTok.Tokenizer;
using VFMTok.Training;

namespace VFMTok.ML;

/// <summary>Turns images into tokens (paper section 3.2). Made by <c>mlContext.Transforms.VfmTokenize</c>.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Estimator Characteristics</term><description></description></listheader>
/// <item><term>Does this estimator need to look at the data to train its parameters?</term><description>With options yes (it trains a tokenizer), with a model no</description></item>
/// <item><term>Input column data type</term><description>Image of any size, or Text with the path of an image file</description></item>
/// <item><term>Output column data type</term><description>Vector of Key&lt;UInt32&gt; or UInt32, SlotGrid x SlotGrid, annotated with the tokenizer's hash</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>VFMTok.ML and a libtorch package</description></item>
/// <item><term>Exportable to ONNX</term><description>No</description></item>
/// </list>
/// The shorter side is scaled to the tokenizer's image size and the middle is cut out. Transparency becomes white. A missing image gives missing tokens.
/// </remarks>
public sealed class VfmTokenizeEstimator : IEstimator<VfmTokenizeTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly string _output, _input;
    private readonly VfmTokenizerModel? _model;
    private readonly VfmTokenizeOptions _options;

    internal VfmTokenizeEstimator(IHostEnvironment env, string output, string? input, VfmTokenizerModel? model, VfmTokenizeOptions options)
    {
        if (model is null) options.Validate();
        (_env, _output, _model, _options) = (env, Columns.RequireName(output, "outputColumnName"), model, options);
        _input = Columns.RequireName(input ?? output, "inputColumnName");
    }

    /// <summary>Trains a tokenizer, or binds the given one. Every call makes a transformer with its own reference to the network.</summary>
    /// <param name="input">The training images.</param>
    /// <exception cref="ArgumentException">The column is missing, has the wrong type or holds no image.</exception>
    /// <exception cref="TrainingCanceledException">Cancellation was asked for. With <see cref="TrainingOptions.Folder"/> the checkpoint and the unfinished tokenizer are there, and another Fit goes on.</exception>
    public VfmTokenizeTransformer Fit(IDataView input)
    {
        ImageColumn.Find(input.Schema, _input);
        if (_model is not null) return new VfmTokenizeTransformer(_output, _input, _model, _options);
        using var channel = _env.Start("VfmTokenize");
        void Warn(string line) => channel.Warning(MessageSensitivity.None, "{0}", line);
        using var images = ColumnImages.Read(input, _input, _options.Training, Warn, _options.Cancellation);
        using var model = TokenizerTrainer.Train(_options.Training, images, _options.Progress,
            line => channel.Info(MessageSensitivity.None, "{0}", line), MlNet.Device(_env), _options.Cancellation, Warn);
        return new VfmTokenizeTransformer(_output, _input, model, _options);
    }

    /// <summary>Columns after this step.</summary>
    /// <param name="inputSchema">Columns before it.</param>
    /// <exception cref="ArgumentException">The column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Columns.Find(inputSchema, _input, ImageColumn.Allowed, ImageColumn.Fits);
        return Columns.With(inputSchema, MlNet.TokensShape(_output, _options.TokenType == VfmTokenType.Key));
    }
}
