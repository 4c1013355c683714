using Microsoft.ML;
using Microsoft.ML.Data;

namespace VFMTok.Examples.Ablation;

/// <summary>A stock ML.NET maximum-entropy classifier of feature vectors.</summary>
internal sealed class LinearClassifier
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly ITransformer _model;
    private readonly int _width;

    /// <param name="features">One vector per example.</param>
    /// <param name="labels">Their classes.</param>
    public LinearClassifier(IReadOnlyList<float[]> features, IReadOnlyList<int> labels)
    {
        _width = features[0].Length;
        var data = _ml.Data.Cache(View(features, labels));
        _model = _ml.Transforms.Conversion.MapValueToKey("Key", nameof(Row.Label), keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(_ml.Transforms.NormalizeMeanVariance(nameof(Row.Features)))
            .Append(_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Key", nameof(Row.Features), l1Regularization: 0, l2Regularization: 0.01f))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"))
            .Fit(data);
    }

    /// <summary>Share of the examples whose class is found.</summary>
    public double Accuracy(IReadOnlyList<float[]> features, IReadOnlyList<int> labels) =>
        _model.Transform(View(features, labels)).GetColumn<int>("Predicted").Zip(labels).Count(p => p.First == p.Second) / (double)labels.Count;

    private IDataView View(IReadOnlyList<float[]> features, IReadOnlyList<int> labels)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, _width);
        return _ml.Data.LoadFromEnumerable(features.Zip(labels, (f, l) => new Row { Features = f, Label = l }).ToArray(), schema);
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public int Label { get; set; }
    }
}
