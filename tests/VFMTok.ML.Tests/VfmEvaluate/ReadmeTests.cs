using Microsoft.ML;
using VFMTok.Evaluation;
using VFMTok.ML.Tests.Components;

namespace VFMTok.ML.Tests.VfmEvaluate;

/// <summary>The section "Measuring" of the README, on small networks.</summary>
public class ReadmeTests
{
    [Fact]
    public void Both_evaluations_run_on_the_output_of_one_chain()
    {
        var ml = new MLContext(seed: 1);
        using var pictures = new PictureFolder(5);
        using var tokenizer = TestModels.Tokenizer();
        using var generator = TestModels.Generator(tokenizer.Hash);
        var data = pictures.Rows(ml);
        using var model = ml.Transforms.VfmTokenize("Tokens", "Path", tokenizer).Append(ml.Transforms.VfmDetokenize("Reconstruction", "Tokens"))
            .Append(ml.Transforms.VfmClassToImage("Sample", "Label", generator, tokenizer)).Fit(data);
        var made = model.Transform(data);
        Assert.StartsWith("psnrDb: ", ml.VfmEvaluateReconstruction(made, "Path", "Reconstruction", "Tokens").ToString());
        Assert.StartsWith("FD-Tiny: ", ml.VfmEvaluateGeneration(made, data, "Sample", "Path").ToString());

        var file = Path.Combine(pictures.Folder, "photos.npz");
        ml.VfmImageStatistics(data, "Path", new VfmGenerationEvaluationOptions { ImageSize = 64 }).Save(file);
        using var extractor = FeatureExtractor.Tiny();
        Assert.StartsWith("FD-Tiny: ", ml.VfmEvaluateGeneration(made, ReferenceStatistics.Load(file, extractor)).ToString());
    }
}
