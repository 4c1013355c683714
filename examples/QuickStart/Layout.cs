using VFMTok.Examples.Drawing;

namespace VFMTok.Examples.QuickStart;

/// <summary>Names of everything in the output folder.</summary>
internal sealed record Layout(string Folder)
{
    public const int Seed = 2026;
    private const int TrainingImagesPerClass = 600, HeldOutImagesPerClass = 20;

    public string Training => Path.Combine(Folder, "images", "training");
    public string HeldOut => Path.Combine(Folder, "images", "held-out");
    public string Run => Path.Combine(Folder, "training");
    public string Model => Path.Combine(Folder, "model.zip");
    public string Expected => Path.Combine(Folder, "expected.json");
    public string Checked => Path.Combine(Folder, "checked.json");
    public string SummaryFile => Path.Combine(Folder, "summary.json");
    public string Reconstructions => Path.Combine(Folder, "reconstructions.png");
    public string Samples => Path.Combine(Folder, "samples.png");

    /// <summary>Makes the folder and draws the images anew. Every run trains from the start, so that its time means something.</summary>
    public void Create()
    {
        foreach (var folder in new[] { Training, HeldOut, Run })
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        ShapeSet.Write(Training, TrainingImagesPerClass, Seed);
        ShapeSet.Write(HeldOut, HeldOutImagesPerClass, Seed + 1);
    }
}
