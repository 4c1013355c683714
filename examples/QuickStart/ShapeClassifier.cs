using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Foundation;

namespace VFMTok.Examples.QuickStart;

/// <summary>A stock ML.NET classifier on frozen features, trained on drawn images only: it judges samples that it has never seen the like of.</summary>
internal sealed class ShapeClassifier
{
    private readonly MLContext _ml;
    private readonly VfmFoundationModel _foundation;
    private readonly ITransformer _model;

    public ShapeClassifier(MLContext ml, VfmFoundationModel foundation, IDataView drawn)
    {
        (_ml, _foundation) = (ml, foundation);
        var features = ml.Data.Cache(Featurize(drawn, "Path"), "Features", "Label");
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

    private IDataView Featurize(IDataView data, string input) => _ml.Transforms.VfmFeaturize("Features", input, _foundation).Fit(data).Transform(data);
}
