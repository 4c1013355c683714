using Microsoft.ML;
using Microsoft.ML.Data;

namespace VFMTok.ML.Tests.Components;

public class CrossValidationTests
{
    [Fact]
    public void Folds_share_the_network_and_its_owner_ends_it()
    {
        var ml = new MLContext(seed: 1);
        using var pictures = new PictureFolder(12);
        var tokenizer = TestModels.Tokenizer(seed: 21);
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Key", "Label")
            .Append(ml.Transforms.VfmTokenize("Tokens", "Path", tokenizer))
            .Append(ml.Transforms.Conversion.MapKeyToVector("Bag", "Tokens", outputCountVector: true))
            .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy("Key", "Bag", maximumNumberOfIterations: 2));
        var folds = ml.MulticlassClassification.CrossValidate(ml.Data.Cache(pictures.Rows(ml)), pipeline, numberOfFolds: 3, labelColumnName: "Key");
        Assert.Equal(3, folds.Count);
        foreach (var fold in folds) ((IDisposable)fold.Model).Dispose();
        Assert.False(tokenizer.IsDisposed);
        tokenizer.Dispose();
        Assert.True(tokenizer.IsDisposed);
    }
}
