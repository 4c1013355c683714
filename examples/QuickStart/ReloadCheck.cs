using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using VFMTok.Evaluation;
using VFMTok.Examples.Drawing;
using VFMTok.Foundation;
using VFMTok.ML;

namespace VFMTok.Examples.QuickStart;

/// <summary>What a fresh process finds that knows the zip alone: nothing is registered, no option is repeated.</summary>
internal static class ReloadCheck
{
    private const int SamplesPerClass = 20, Shown = 8;
    private static readonly double[] Guidance = [1.5, 2, 3];

    public static void Run(Layout layout)
    {
        var ml = new MLContext(seed: 1) { FallbackToCpu = true };
        var model = ml.Model.Load(layout.Model, out _);
        var expected = JsonSerializer.Deserialize<Expectation>(File.ReadAllText(layout.Expected))!;

        var heldOut = ml.Data.LoadFromVfmImageFolder(layout.HeldOut);
        var described = model.Transform(heldOut);
        var tokens = Outputs.Tokens(described);
        var paths = heldOut.GetColumn<string>("Path").ToArray();
        var originals = paths.Select(p => Pictures.Square(p, 64)).ToArray();
        var reconstructions = Outputs.Images(ml, described, "Reconstruction").Select(Pictures.Pixels).ToArray();

        var classes = ShapeSet.Classes;
        var wanted = ml.Data.LoadFromEnumerable(classes.SelectMany(c => Enumerable.Repeat(new Wish { Label = c }, SamplesPerClass)).ToArray());
        var drawn = model.Transform(wanted); // without guidance, as the zip says
        var samples = Outputs.Images(ml, drawn, "Sample").Select(Pictures.Pixels).ToArray();
        var (generator, tokenizer) = ((IEnumerable<ITransformer>)model).OfType<VfmClassToImageTransformer>().Select(t => (t.Generator, t.Tokenizer)).Single();
        IDataView Guided(double scale) => ml.Transforms.VfmClassToImage("Sample", "Label", generator, tokenizer, new VfmGenerateOptions { Sampling = { GuidanceScale = scale } }).Fit(wanted).Transform(wanted);

        using var foundation = VfmFoundationModel.Tiny();
        var drawings = ml.Data.LoadFromVfmImageFolder(layout.Training, new VfmImageFolderOptions { VerifyImages = false });
        var classifier = new ShapeClassifier(ml, foundation, model.Transform(ml.Data.TrainTestSplit(drawings, testFraction: 0.75).TrainSet)); // enough of them to know the shapes by
        var result = new CheckResult(
            PsnrDb: originals.Zip(reconstructions, (a, b) => ReconstructionMetrics.Psnr(a, b)).Average(),
            CodebookUsage: tokens.SelectMany(t => t).Distinct().Count() / (double)((KeyDataViewType)((VectorDataViewType)described.Schema["Tokens"].Type).ItemType).Count,
            TokensPerImage: tokens[0].Length,
            SampleClassAccuracy: classifier.Accuracy(drawn, "Sample"),
            GuidedClassAccuracy: Guidance.ToDictionary(scale => $"{scale}", scale => classifier.Accuracy(Guided(scale), "Sample")),
            ReconstructionClassAccuracy: classifier.Accuracy(described, "Reconstruction"),
            RealClassAccuracy: classifier.Accuracy(heldOut, "Path"),
            ReloadEqual: tokens.Length == expected.Tokens.Length && tokens.Zip(expected.Tokens).All(p => p.First.SequenceEqual(p.Second)),
            PeakMemoryMB: Math.Max(expected.PeakMemoryMB, Memory.PeakMegabytes));
        File.WriteAllText(layout.Checked, JsonSerializer.Serialize(result));

        var perClass = paths.Length / classes.Count;
        Pictures.SavePairs(layout.Reconstructions, classes, (c, i) => (originals[c * perClass + i], reconstructions[c * perClass + i]), Math.Min(perClass, Shown));
        Pictures.SaveRows(layout.Samples, classes, (c, i) => samples[c * SamplesPerClass + i], Shown);
    }

    private sealed class Wish
    {
        public string Path { get; set; } = "";
        public string Label { get; set; } = "";
    }
}

/// <summary>Figures of the fresh process.</summary>
internal sealed record CheckResult(double PsnrDb, double CodebookUsage, int TokensPerImage, double SampleClassAccuracy, Dictionary<string, double> GuidedClassAccuracy,
    double ReconstructionClassAccuracy, double RealClassAccuracy, bool ReloadEqual, int PeakMemoryMB);
