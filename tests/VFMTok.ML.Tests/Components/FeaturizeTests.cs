using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Foundation;
using VFMTok.Imaging;

namespace VFMTok.ML.Tests.Components;

public class FeaturizeTests
{
    [Fact]
    public void Features_are_those_of_the_model_and_survive_a_zip()
    {
        var ml = new MLContext(seed: 1);
        using var pictures = new PictureFolder(3);
        using var foundation = VfmFoundationModel.Tiny();
        var rows = pictures.Rows(ml);
        var zip = Path.Combine(pictures.Folder, "features.zip");
        using var model = ml.Transforms.VfmFeaturize("Features", "Path", foundation).Fit(rows);
        var features = model.Transform(rows).GetColumn<float[]>("Features").ToArray();
        var expected = new float[foundation.FeatureCount];
        for (var i = 0; i < 3; i++)
        {
            foundation.Featurize(Crops.CenterCrop(ImageDecoder.Decode(pictures.PathOf(i)), 64).Pixels, 1, expected);
            Assert.Equal(expected.Length, features[i].Length);
            for (var f = 0; f < expected.Length; f++) Assert.Equal(expected[f], features[i][f], 1e-4f);
        }
        ml.Model.Save(model, rows.Schema, zip);
        var again = ml.Model.Load(zip, out _);
        Assert.Equal(features, again.Transform(rows).GetColumn<float[]>("Features").ToArray());
        ((IDisposable)again).Dispose();
    }
}
