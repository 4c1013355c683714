using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using VFMTok.Foundation;

namespace VFMTok.Examples.QuickStart;

/// <summary>A stock ML.NET classifier on frozen features, trained on drawn images only: it judges samples that it has never seen the like of.</summary>
/// <remarks>It sees every drawing twice, sharp and softened, because what comes from tokens is soft: a classifier that knows sharp edges only recognised less than half of the reconstructions, which are what they
/// should be to the eye.</remarks>
internal sealed class ShapeClassifier
{
    private const int SoftSide = 24; // pixels; the network sees them enlarged to 64

    private readonly MLContext _ml;
    private readonly VfmFoundationModel _foundation;
    private readonly ITransformer _model;

    public ShapeClassifier(MLContext ml, VfmFoundationModel foundation, IDataView drawn)
    {
        (_ml, _foundation) = (ml, foundation);
        var softened = ml.Transforms.LoadImages("Image", "", "Path").Append(ml.Transforms.ResizeImages("Small", SoftSide, SoftSide, "Image", ImageResizingEstimator.ResizingKind.IsoCrop)).Fit(drawn).Transform(drawn);
        var schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Example.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, foundation.FeatureCount);
        var features = ml.Data.LoadFromEnumerable(Examples(drawn, "Path").Concat(Examples(softened, "Small")).ToArray(), schema);
        _model = ml.Transforms.Conversion.MapValueToKey("Key", "Label")
            .Append(ml.Transforms.NormalizeMeanVariance("Features"))
            .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Key", "Features", l1Regularization: 0, l2Regularization: 0.01f))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"))
            .Fit(features);
    }

    /// <summary>Share of the rows whose shape is recognised.</summary>
    /// <param name="data">Has a Label column, as text or as a key of text.</param>
    /// <param name="input">Image or path column.</param>
    public double Accuracy(IDataView data, string input)
    {
        var featurized = Featurize(data, input);
        var labels = featurized.Schema["Label"].Type is KeyDataViewType
            ? _ml.Transforms.Conversion.MapKeyToValue("Truth", "Label").Fit(featurized).Transform(featurized)
            : _ml.Transforms.CopyColumns("Truth", "Label").Fit(featurized).Transform(featurized);
        var truth = labels.GetColumn<string>("Truth").ToArray();
        var predicted = _model.Transform(_ml.Transforms.CopyColumns("Label", "Truth").Fit(labels).Transform(labels)).GetColumn<string>("Predicted").ToArray();
        return truth.Zip(predicted).Count(p => p.First == p.Second) / (double)truth.Length;
    }

    private IEnumerable<Example> Examples(IDataView data, string input)
    {
        var featurized = Featurize(data, input);
        return featurized.GetColumn<float[]>("Features").Zip(featurized.GetColumn<string>("Label"), (f, l) => new Example { Features = f, Label = l });
    }

    private IDataView Featurize(IDataView data, string input) => _ml.Transforms.VfmFeaturize("Features", input, _foundation).Fit(data).Transform(data);

    private sealed class Example
    {
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
